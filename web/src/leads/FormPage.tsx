import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { TableRegion } from '../admin/TableRegion';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import type { AnyRecord } from '../api/types';
import { formatDate, formatDecimal } from '../look/format';
import { Icon } from '../look/icons';
import { Button, Failure } from '../look/parts';
import { CopyButton } from '../records/fields/CopyButton';
import RecordPage, { type PartProps } from '../records/page/RecordPage';
import { openForm } from '../shell/forms';
import { addressesOf, type TurnedAway, totalsByReason } from './form';
import '../admin/admin.css';
import './form-page.css';

/** A form for strangers: where it is, how it gets into one's own site, and what it keeps out. */
export default function FormPage({ type, id }: { type: string; id: string }) {
  return <RecordPage type={type} id={id} Middle={Standing} wide />;
}

function Standing({ recordType, record }: PartProps) {
  return (
    <>
      <Addresses form={record} editable={recordType.rights.edit} />
      <Kept form={record} />
    </>
  );
}

function Addresses({ form, editable }: { form: AnyRecord; editable: boolean }) {
  const { t } = useTranslation('leads');
  const { page, script, json } = addressesOf(window.location.origin, String(form.key));
  const sites = Array.isArray(form.origins) ? (form.origins as string[]) : [];
  return (
    <section className="panel admin-form" aria-label={t('form.public')}>
      <h2>{t('form.public')}</h2>
      {form.active === false && <p role="alert">{t('form.off')}</p>}
      <Line label={t('form.page')} text={page} />
      <p>
        <a className="button" href={page} target="_blank" rel="noopener noreferrer">
          <Icon name="open" size={16} />
          {t('form.preview')}
        </a>
      </p>
      <Line label={t('form.script')} text={script} help={t('form.scriptHelp')} />
      <p>
        {sites.length > 0 ? (
          t('form.sites', { sites: sites.join(' · ') })
        ) : (
          <>
            {t('form.noSites')}{' '}
            {editable && (
              <Button kind="ghost" icon="edit" onClick={() => openForm({ type: 'lead-forms', id: form.id })}>
                {t('form.addSite')}
              </Button>
            )}
          </>
        )}
      </p>
      <Line label={t('form.json')} text={json} help={t('form.jsonHelp')} />
    </section>
  );
}

function Line({ label, text, help }: { label: string; text: string; help?: string }) {
  return (
    <div className="form-address">
      <span className="meta">{label}</span>
      <span className="admin-secret-text">
        <code>{text}</code>
        <CopyButton text={text} label={label} />
      </span>
      {help && <span className="meta">{help}</span>}
    </div>
  );
}

/** What was turned away, so that one sees whether the form is being tried on or whether it keeps out people who meant it. */
function Kept({ form }: { form: AnyRecord }) {
  const { t } = useTranslation('leads');
  const turnedAway = useQuery({
    queryKey: [...keys.record('lead-forms', form.id), 'turned-away'],
    queryFn: ({ signal }) => get<{ items: TurnedAway[] }>(`/lead-forms/${form.id}/turned-away`, { signal }),
    retry: false,
  });
  if (turnedAway.error)
    return <Failure message={sentence(turnedAway.error)} onRetry={() => void turnedAway.refetch()} />;
  const items = turnedAway.data?.items;
  if (!items) return null;
  const reason = (name: string) => t(`form.reasons.${name}`, { defaultValue: name });
  return (
    <section className="panel admin-form" aria-label={t('form.away')}>
      <h2>{t('form.away')}</h2>
      {items.length === 0 ? (
        <p className="meta">{t('form.none')}</p>
      ) : (
        <>
          <p>
            {totalsByReason(items)
              .map((total) => t('form.total', { reason: reason(total.reason), number: formatDecimal(total.count) }))
              .join(' · ')}
          </p>
          <TableRegion label={t('form.away')} tall>
              <thead>
                <tr>
                  <th scope="col">{t('form.day')}</th>
                  <th scope="col">{t('form.why')}</th>
                  <th scope="col" className="number">
                    {t('form.count')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <tr key={`${item.day} ${item.reason}`}>
                    <td className="admin-nowrap">{formatDate(item.day)}</td>
                    <td>{reason(item.reason)}</td>
                    <td className="number">{formatDecimal(item.count)}</td>
                  </tr>
                ))}
              </tbody>
            </TableRegion>
        </>
      )}
    </section>
  );
}
