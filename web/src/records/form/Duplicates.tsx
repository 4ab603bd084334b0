import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { post } from '../../api/client';
import { useSession } from '../../api/session';
import type { Reference, Values } from '../../api/types';
import { AskForCustomer } from '../../trust/AskForCustomer';
import { useSettled } from '../fields/hits';
import { isEmpty } from '../fields/values';

interface DuplicatesProps {
  type: string;
  /** What is typed so far. */
  values: Values;
  titleField: string;
  onOpen: () => void;
  /** The person has looked and says that it is another one. */
  onAnother: () => void;
}

interface Likeness {
  band: 'match' | 'review' | 'related';
  visible: boolean;
  sentence: string;
  owner?: Reference;
  id?: string;
  title?: string;
  reasons?: { field: string; label: string; text: string; bits: number }[];
}

/** What two records are compared by; the rest of the form says nothing about it. */
const compared = [
  'name',
  'shortName',
  'formerName',
  'kind',
  'creditCode',
  'phone',
  'otherPhones',
  'email',
  'otherEmails',
  'city',
  'province',
  'district',
  'street',
  'birthday',
  'wechat',
  'customer',
];

/** Is it there already? Asked while a new record is typed, with the reasons; of what one may not see only that it exists and whom to ask. */
export function Duplicates({ type, values, titleField, onOpen, onAnother }: DuplicatesProps) {
  const { t } = useTranslation('record');
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<Likeness | null>(null);
  const { me } = useSession();
  const typed = Object.fromEntries(compared.filter((name) => !isEmpty(values[name])).map((name) => [name, plain(values[name])]));
  const body = useSettled(JSON.stringify(typed), 200);
  const asks = String(values[titleField] ?? '').trim().length >= 2 || !isEmpty(values.phone) || !isEmpty(values.email);
  const hits = useQuery({
    queryKey: ['matches', type, body],
    queryFn: ({ signal }) => post<{ items: Likeness[] }>(`/${type}:matches`, { values: JSON.parse(body) as Values }, { signal }),
    enabled: asks,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    retry: false,
  });
  const found = asks ? (hits.data?.items ?? []).filter((hit) => !dismissed.has(keyOf(hit))).slice(0, 5) : [];
  if (found.length === 0)
    return (
      <p className="meta" role="status">
        {asks && hits.isSuccess ? t('duplicates.none') : t('duplicates.hint')}
      </p>
    );
  return (
    <div className="record-duplicates" role="status">
      <p className="meta">{t('duplicates.found', { count: found.length })}</p>
      <ul>
        {found.map((hit) => (
          <li key={keyOf(hit)}>
            <div className="record-duplicate">
              <span className={`chip chip-${hit.band === 'match' ? 'red' : hit.band === 'review' ? 'amber' : 'blue'}`}>
                {t(`duplicates.${hit.band}`)}
              </span>
              {hit.visible ? (
                <>
                  <Link to={`/${type}/${hit.id}`} onClick={onOpen}>
                    {hit.title}
                  </Link>
                  <span className="meta">{hit.owner?.name ?? t('duplicates.noOwner')}</span>
                </>
              ) : (
                <span>{hit.sentence}</span>
              )}
              {type === 'customers' && hit.band === 'match' && hit.owner && hit.owner.id !== me.id && (
                <button type="button" className="record-link" onClick={() => setAsking(hit)}>
                  {t('duplicates.ask')}
                </button>
              )}
              <button
                type="button"
                className="record-link"
                onClick={() => {
                  setDismissed(new Set([...dismissed, keyOf(hit)]));
                  onAnother();
                }}
              >
                {t('duplicates.another')}
              </button>
            </div>
            {hit.reasons && (
              <span className="meta">
                {hit.reasons
                  .filter(({ bits }) => bits > 0)
                  .map(({ label, text }) => `${label} ${text}`)
                  .join(' · ')}
              </span>
            )}
          </li>
        ))}
      </ul>
      {asking && (
        <AskForCustomer
          asked={asking.visible ? { customer: asking.id } : { owner: asking.owner?.id, values: JSON.parse(body) as unknown }}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}

function keyOf(hit: Likeness): string {
  return hit.id ?? hit.sentence;
}

/** A reference is sent by its id. */
function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
}
