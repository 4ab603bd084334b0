import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { address, ensureProof, post } from '../../api/client';
import { sentence } from '../../api/problem';
import type { RecordType } from '../../api/types';
import { labelOf } from '../../language';
import { formatDecimal } from '../../look/format';
import { Dialog } from '../../look/Dialog';
import { Button, Segmented } from '../../look/parts';
import { toast } from '../../look/toast';

interface ExportDialogProps {
  description: RecordType;
  columns: readonly string[];
  filter: string;
  q: string;
  sort: string;
  count: number;
  /** Rows ticked by hand: more of them than an address holds, so they are sent and the file comes back as the answer. */
  ids?: string[];
  onClose: () => void;
}

type Format = 'xlsx' | 'csv' | 'json' | 'vcf';

/** Chooses format and columns; the server writes the file while it is downloaded and notes who took it. */
export function ExportDialog({ description, columns, filter, q, sort, count, ids, onClose }: ExportDialogProps) {
  const { t } = useTranslation();
  const [format, setFormat] = useState<Format>('xlsx');
  const [which, setWhich] = useState<'shown' | 'all'>('shown');
  const formats: Format[] = description.type === 'contacts' ? ['xlsx', 'csv', 'json', 'vcf'] : ['xlsx', 'csv', 'json'];
  const start = async () => {
    const path = `/${description.type}:export`;
    const fields = which === 'shown' ? columns.join(',') : description.fields.map((field) => field.name).join(',');
    const link = document.createElement('a');
    try {
      // A download cannot be asked for a password halfway.
      if (!(await ensureProof())) return;
      link.href = ids
        ? URL.createObjectURL(await post<Blob>(path, { format, fields, ids }, { file: true }))
        : address(path, { format, filter, q, sort, fields });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
      return;
    }
    link.download = ids ? `${labelOf(description.labels)}.${format}` : '';
    document.body.append(link);
    link.click();
    link.remove();
    if (ids) setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    toast({ text: t('list.exported') });
    onClose();
  };
  return (
    <Dialog
      title={t('bulk.exportTitle', { count, number: formatDecimal(count) })}
      onClose={onClose}
      width={440}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" icon="export" onClick={() => void start()}>
            {t('bulk.exportStart')}
          </Button>
        </>
      }
    >
      <div className="bulk-form">
        <div className="labelled">
          <span className="meta">{t('bulk.exportFormat')}</span>
          <Segmented<Format>
            label={t('bulk.exportFormat')}
            value={format}
            options={formats.map((value) => ({
              value,
              label: { xlsx: 'Excel', csv: 'CSV', json: 'JSON', vcf: 'vCard' }[value],
            }))}
            onChange={setFormat}
          />
        </div>
        <div className="labelled">
          <span className="meta">{t('bulk.exportColumns')}</span>
          <Segmented<'shown' | 'all'>
            label={t('bulk.exportColumns')}
            value={which}
            options={[
              { value: 'shown', label: t('bulk.exportShown') },
              { value: 'all', label: t('bulk.exportAll') },
            ]}
            onChange={setWhich}
          />
        </div>
      </div>
    </Dialog>
  );
}
