import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../../api/client';
import type { SearchHit } from '../../api/types';
import { useSettled } from '../fields/hits';

interface DuplicatesProps {
  type: string;
  /** The name being typed. */
  text: string;
  onOpen: () => void;
}

/** Is it there already? Live hits while the name of a new customer is typed, with owner and state but no contact data. */
export function Duplicates({ type, text, onOpen }: DuplicatesProps) {
  const { t } = useTranslation('record');
  const q = useSettled(text.trim(), 150);
  const hits = useQuery({
    queryKey: ['duplicates', type, q],
    queryFn: ({ signal }) => get<{ items: SearchHit[] }>('/search', { signal, query: { q, types: type } }),
    enabled: q.length >= 2,
    staleTime: 10_000,
  });
  const found = q.length >= 2 ? (hits.data?.items ?? []).slice(0, 5) : [];
  if (found.length === 0)
    return (
      <p className="meta" role="status">
        {q.length >= 2 && hits.isSuccess ? t('duplicates.none') : t('duplicates.hint')}
      </p>
    );
  return (
    <div className="record-duplicates" role="status">
      <p className="meta">{t('duplicates.found', { count: found.length })}</p>
      <ul>
        {found.map((hit) => (
          <li key={hit.id}>
            <Link to={`/${hit.type}/${hit.id}`} onClick={onOpen}>
              {hit.title}
            </Link>
            {same(hit.title, q) && <span className="chip chip-amber">{t('duplicates.same')}</span>}
            <span className="meta ellipsis">
              {[hit.subtitle, hit.owner?.name ?? t('duplicates.noOwner')].filter(Boolean).join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const plain = (name: string) =>
  name
    .normalize('NFKC')
    .replace(/[\s()（）]/g, '')
    .toLowerCase();

function same(left: string, right: string): boolean {
  return plain(left) === plain(right);
}
