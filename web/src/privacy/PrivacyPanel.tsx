import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { keys, useRecordType } from '../api/queries';
import { useSession } from '../api/session';
import type { AnyRecord, ListPage, RecordType } from '../api/types';
import { formatDate } from '../look/format';
import { Button, IconButton } from '../look/parts';
import { choiceLabel } from '../records/fields/FieldValue';
import { SideDrawer } from '../records/form/SideDrawer';
import { History } from '../records/history/History';
import { openForm } from '../shell/forms';
import { CopyOfEverything } from './CopyOfEverything';
import { ErasePerson } from './ErasePerson';
import { isPerson } from './person';
import { WithdrawDialog } from './WithdrawDialog';
import './privacy.css';

const purposes = 'purpose';

/** What the person or customer agreed to, and, for who may, the copy of everything and the erasure. */
export function PrivacyPanel({ recordType, record }: { recordType: RecordType; record: AnyRecord }) {
  const { t } = useTranslation('privacy');
  const { may } = useSession();
  const client = useQueryClient();
  const described = useRecordType('consents');
  const consentType = described.data;
  const [older, setOlder] = useState(false);
  const [withdrawing, setWithdrawing] = useState<AnyRecord | null>(null);
  const [history, setHistory] = useState<AnyRecord | null>(null);
  const [erasing, setErasing] = useState(false);
  const key = [...keys.lists('consents'), 'of', recordType.type, record.id];
  const consents = useQuery({
    queryKey: key,
    enabled: Boolean(consentType),
    queryFn: ({ signal }) =>
      get<ListPage>('/consents', {
        signal,
        query: { filter: `${recordType.singular} = "${record.id}"`, sort: '-givenAt', limit: 100 },
      }),
  });
  const mayHandle = may('privacy.manage') && isPerson(recordType, record);
  if (!consentType && !mayHandle) return null;

  const items = consents.data?.items ?? [];
  const valid = items.filter((item) => !item.withdrawnAt);
  const withdrawn = items.filter((item) => item.withdrawnAt);
  const refresh = () => void client.invalidateQueries({ queryKey: keys.lists('consents') });
  const field = (name: string) => consentType?.fields.find((candidate) => candidate.name === name);
  const ask = (initial: Partial<AnyRecord> = {}) => {
    const customer = recordType.type === 'customers' ? named(record, recordType) : record.customer;
    openForm({
      type: 'consents',
      initial: {
        ...(customer ? { customer } : {}),
        ...(recordType.type === 'contacts' ? { contact: named(record, recordType) } : {}),
        ...initial,
      },
      onSaved: refresh,
    });
  };

  const line = (consent: AnyRecord): ReactNode => {
    const contact = consent.contact as { id?: string; name?: string } | null | undefined;
    const purpose = choiceLabel(field(purposes)?.choices, String(consent.purpose));
    return (
      <li key={consent.id} data-withdrawn={consent.withdrawnAt ? true : undefined}>
        <div className="consent-line">
          <strong>{purpose}</strong>
          <IconButton
            icon="clock"
            size="small"
            label={t('consent.history', { purpose })}
            onClick={() => setHistory(consent)}
          />
          {!consent.withdrawnAt && consentType?.rights.edit && (
            <Button kind="ghost" onClick={() => setWithdrawing(consent)}>
              {t('consent.withdraw')}
            </Button>
          )}
          {consent.withdrawnAt && consentType?.rights.create && (
            <Button
              kind="ghost"
              onClick={() => ask({ purpose: consent.purpose, ...(contact?.id ? { contact: consent.contact } : {}) })}
            >
              {t('consent.anew')}
            </Button>
          )}
        </div>
        <p className="meta">
          {[
            recordType.type === 'customers' && contact?.name,
            t('consent.given', {
              day: formatDate(consent.givenAt as string),
              source: choiceLabel(field('source')?.choices, String(consent.source)),
            }),
            consent.textVersion && t('consent.text', { version: consent.textVersion }),
            consent.withdrawnAt && t('consent.withdrawnOn', { day: formatDate(consent.withdrawnAt as string) }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </li>
    );
  };

  return (
    <section className="panel" aria-label={t('title')}>
      <h2>
        {t('title')}
        {valid.length > 0 && <span className="panel-count">{valid.length}</span>}
        {consentType?.rights.create && (
          <IconButton icon="plus" size="small" label={t('consent.add')} onClick={() => ask()} />
        )}
      </h2>
      {consentType && consents.isSuccess && items.length === 0 && <p className="meta">{t('consent.none')}</p>}
      {valid.length > 0 && <ul className="consents">{valid.map(line)}</ul>}
      {withdrawn.length > 0 && (
        <>
          <button type="button" className="record-link" aria-expanded={older} onClick={() => setOlder(!older)}>
            {t('consent.withdrawnCount', { count: withdrawn.length })}
          </button>
          {older && <ul className="consents">{withdrawn.map(line)}</ul>}
        </>
      )}
      {mayHandle && (
        <div className="privacy-acts">
          <CopyOfEverything type={recordType.type} id={record.id} />
          <Button kind="ghost" icon="trash" onClick={() => setErasing(true)}>
            {t('erase.open')}
          </Button>
        </div>
      )}
      {withdrawing && (
        <WithdrawDialog
          consent={withdrawing}
          purpose={choiceLabel(field(purposes)?.choices, String(withdrawing.purpose))}
          onClose={() => setWithdrawing(null)}
          onDone={refresh}
        />
      )}
      {history && consentType && (
        <SideDrawer
          size={560}
          title={t('consent.history', { purpose: choiceLabel(field(purposes)?.choices, String(history.purpose)) })}
          onClose={() => setHistory(null)}
        >
          <History recordType={consentType} id={history.id} canRestore={false} />
        </SideDrawer>
      )}
      {erasing && <ErasePerson recordType={recordType} record={record} onClose={() => setErasing(false)} />}
    </section>
  );
}

function named(record: AnyRecord, recordType: RecordType) {
  return { id: record.id, name: String(record[recordType.titleField] ?? '') };
}
