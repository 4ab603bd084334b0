import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { address } from '../api/client';
import { useRecordType } from '../api/queries';
import { labelOf } from '../language';
import { Dialog } from '../look/Dialog';
import { Button, Checkbox, Segmented } from '../look/parts';
import '../records/form/form.css';
import './exchange.css';

interface ExportDialogProps {
  type: string;
  /** The list as it is shown: its filter, order and columns. */
  filter?: string;
  sort?: string;
  columns?: readonly string[];
  q?: string;
  onClose: () => void;
}

type Format = 'xlsx' | 'csv' | 'json' | 'vcf';

/** Takes the rows of the list away as a file; masked fields stay masked in it. */
export default function ExportDialog({ type, filter, sort, columns = [], q, onClose }: ExportDialogProps) {
  const { t } = useTranslation('exchange');
  const recordType = useRecordType(type).data;
  const [format, setFormat] = useState<Format>('xlsx');
  const [fields, setFields] = useState<ReadonlySet<string>>(() => new Set(columns));
  const offered = (recordType?.fields ?? []).filter((field) => field.name !== 'version');
  const formats: Format[] =
    type === 'contacts' || type === 'customers' ? ['xlsx', 'csv', 'json', 'vcf'] : ['xlsx', 'csv', 'json'];
  const chosen = offered.filter((field) => fields.has(field.name)).map((field) => field.name);
  const href = address(`/${type}:export`, {
    format,
    filter,
    sort,
    q,
    fields: format === 'vcf' ? undefined : chosen.join(','),
  });

  return (
    <Dialog
      title={t('export.title', { type: labelOf(recordType?.labels, type) })}
      onClose={onClose}
      width={560}
      footer={
        <>
          <Button onClick={onClose}>{t('export.cancel')}</Button>
          <a className="button button-primary" href={href} download onClick={() => setTimeout(onClose, 300)}>
            {t('export.now')}
          </a>
        </>
      }
    >
      <div className="exchange-export">
        <Segmented
          label={t('export.format')}
          value={format}
          options={formats.map((value) => ({ value, label: t(`export.formats.${value}`) }))}
          onChange={setFormat}
        />
        <p className="meta">{t(filter || q ? 'export.filtered' : 'export.everything')}</p>
        {format !== 'vcf' && (
          <fieldset>
            <legend>
              {t('export.fields', { count: chosen.length })}{' '}
              <button
                type="button"
                className="record-link"
                onClick={() => setFields(new Set(offered.map(({ name }) => name)))}
              >
                {t('export.all')}
              </button>
            </legend>
            <div className="exchange-fields">
              {offered.map((field) => (
                <Checkbox
                  key={field.name}
                  label={labelOf(field.labels, field.name)}
                  checked={fields.has(field.name)}
                  onChange={(event) => {
                    const next = new Set(fields);
                    if (event.target.checked) next.add(field.name);
                    else next.delete(field.name);
                    setFields(next);
                  }}
                />
              ))}
            </div>
          </fieldset>
        )}
      </div>
    </Dialog>
  );
}
