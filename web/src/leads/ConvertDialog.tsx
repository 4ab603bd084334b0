import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, newKey, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { keys } from '../api/queries';
import type { AnyRecord, Reference } from '../api/types';
import { Dialog } from '../look/Dialog';
import { Button, Checkbox, Skeleton } from '../look/parts';
import { toast } from '../look/toast';

interface Match {
  visible: boolean;
  sentence: string;
  type?: string;
  id?: string;
  title?: string;
  customer?: string;
  reasons?: { field: string; label: string; text: string }[];
}

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
  const [chosen, setChosen] = useState('');
  const [withDeal, setWithDeal] = useState(true);
  const product = lead.product as Reference | undefined;
  const [dealName, setDealName] = useState(String(product?.name ?? lead.productLine ?? lead.name));
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<string | null>(null);
  const known = found.data?.items.filter(({ visible }) => visible) ?? [];
  const match = known.find(({ id }) => id === chosen);

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
      toast({ text: done.left.length > 0 ? t('convert.left', { fields: done.left.join('、') }) : t('convert.done') });
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
              <input type="radio" name="match" checked={chosen === ''} onChange={() => setChosen('')} />
              <span>{t('convert.new')}</span>
            </label>
            {known.map((item) => (
              <label key={item.id}>
                <input
                  type="radio"
                  name="match"
                  checked={chosen === item.id}
                  disabled={item.type === 'contacts' && !item.customer}
                  onChange={() => {
                    setChosen(item.id!);
                    setAsked(null);
                  }}
                />
                <span>
                  {item.title}{' '}
                  <span className="meta">{t(`convert.is.${item.type === 'contacts' ? 'contact' : 'customer'}`)}</span>
                  <br />
                  <span className="meta">
                    {item.reasons?.map(({ label, text }) => `${label} ${text}`).join('，') || item.sentence}
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
                  names: found.data.leads.map(({ name, owner }) => (owner ? `${name}（${owner}）` : name)).join('、'),
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
          <p className="meta">{t('convert.hint')}</p>
        </div>
      )}
    </Dialog>
  );
}
