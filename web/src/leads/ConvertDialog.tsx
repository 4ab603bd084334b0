import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, newKey, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { keys, useRecordType } from '../api/queries';
import type { AnyRecord, Reference } from '../api/types';
import { labelOf } from '../language';
import { Dialog } from '../look/Dialog';
import { Button, Checkbox, Skeleton } from '../look/parts';
import { formatList } from '../look/format';
import { toast } from '../look/toast';
import { isAttachable, leftBehind, likeliest, type Match } from './conversion';

interface ConvertDialogProps {
  lead: AnyRecord;
  onClose: () => void;
  onDone: () => void;
}

/** Who it may be comes first; then one click makes the customer, the contact and the deal. */
export function ConvertDialog({ lead, onClose, onDone }: ConvertDialogProps) {
  const { t } = useTranslation('leads');
  const found = useQuery({
    queryKey: [...keys.record('leads', lead.id), 'matches', lead.version],
    queryFn: ({ signal }) =>
      get<{ items: Match[]; leads: { id: string; name: string; owner: string | null }[] }>(
        `/leads/${lead.id}/matches`,
        { signal },
      ),
  });
  const [picked, setPicked] = useState<string | null>(null);
  const [withDeal, setWithDeal] = useState(true);
  const product = lead.product as Reference | undefined;
  const [dealName, setDealName] = useState(String(product?.name ?? lead.productLine ?? lead.name));
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<string | null>(null);
  const known = found.data?.items.filter(({ visible }) => visible) ?? [];
  const chosen = picked ?? likeliest(known)?.id ?? '';
  const match = known.find(({ id }) => id === chosen);
  const leads = useRecordType('leads').data;
  const customers = useRecordType('customers').data;
  const contacts = useRecordType('contacts').data;
  const deals = useRecordType('deals').data;
  const left = leads
    ? leftBehind(lead, { leads, customers, contacts, deals }, { customer: !match, contact: match?.type !== 'contacts', deal: withDeal })
    : [];

  async function submit(confirmed: boolean) {
    setBusy(true);
    try {
      const body = {
        ...(match &&
          (match.type === 'contacts' ? { customer: match.customer, contact: match.id } : { customer: match.id })),
        deal: withDeal,
        ...(withDeal && { dealName }),
      };
      const done = await post<{ left: string[] }>(`/leads/${lead.id}:convert`, body, {
        idempotencyKey: newKey(),
        ...(confirmed && { query: { confirm: 'duplicate' } }),
      });
      toast({ text: done.left.length > 0 ? t('convert.left', { fields: formatList(done.left) }) : t('convert.done') });
      onDone();
      onClose();
    } catch (error) {
      if (error instanceof Problem && error.body.rule === 'duplicate' && Array.isArray(error.body.confirm))
        setAsked(sentence(error));
      else toast({ kind: 'error', text: sentence(error) });
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={t('convert.title', { name: String(lead.name) })}
      width={560}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('convert.cancel')}</Button>
          <Button kind="primary" busy={busy} disabled={!found.data} onClick={() => void submit(asked !== null)}>
            {t(asked ? 'convert.anyway' : match ? 'convert.attach' : 'convert.create')}
          </Button>
        </>
      }
    >
      {!found.data ? (
        <Skeleton lines={4} />
      ) : (
        <div className="close-form">
          <fieldset className="lead-matches">
            <legend>{t(found.data.items.length > 0 ? 'convert.maybe' : 'convert.nobody')}</legend>
            <label>
              <input type="radio" name="match" checked={chosen === ''} onChange={() => setPicked('')} />
              <span>{t('convert.new')}</span>
            </label>
            {known.map((item) => (
              <label key={item.id}>
                <input
                  type="radio"
                  name="match"
                  checked={chosen === item.id}
                  disabled={!isAttachable(item)}
                  onChange={() => {
                    setPicked(item.id!);
                    setAsked(null);
                  }}
                />
                <span>
                  {item.title}{' '}
                  <span className="meta">{t(`convert.is.${item.type === 'contacts' ? 'contact' : 'customer'}`)}</span>
                  <br />
                  <span className="meta">
                    {formatList(item.reasons?.map(({ label, text }) => `${label} ${text}`) ?? []) || item.sentence}
                  </span>
                </span>
              </label>
            ))}
            {found.data.items
              .filter(({ visible }) => !visible)
              .map((item) => (
                <p key={item.sentence} className="meta">
                  {item.sentence}
                </p>
              ))}
            {found.data.leads.length > 0 && (
              <p className="meta">
                {t('convert.leads', {
                  names: formatList(found.data.leads.map(({ name, owner }) => (owner ? `${name} (${owner})` : name))),
                })}
              </p>
            )}
          </fieldset>
          <div>
            <Checkbox
              label={t('convert.withDeal')}
              checked={withDeal}
              onChange={(event) => setWithDeal(event.target.checked)}
            />
          </div>
          {withDeal && (
            <label>
              <span>{t('convert.dealName')}</span>
              <input
                className="text-input"
                value={dealName}
                maxLength={200}
                onChange={(event) => setDealName(event.target.value)}
              />
            </label>
          )}
          {asked && <p role="alert">{asked}</p>}
          {left.length > 0 && (
            <p role="status">
              {t('convert.stays', { fields: formatList(left.map((field) => labelOf(field.labels, field.name))) })}
            </p>
          )}
          <p className="meta">{t('convert.hint')}</p>
        </div>
      )}
    </Dialog>
  );
}
