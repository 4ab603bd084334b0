import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { Chip } from '../look/parts';
import { type Segment, segmentKeys } from './segments';
import './segments.css';

interface Membership {
  id: string;
  name: string;
  kind: Segment['kind'];
  since: string;
}

/** The segments a customer is in; nothing while there are none. */
export function SegmentChips({ customer }: { customer: string }) {
  const { t } = useTranslation('segments');
  const { data } = useQuery({
    queryKey: segmentKeys.of(customer),
    queryFn: async ({ signal }) => (await get<{ items: Membership[] }>(`/customers/${customer}/segments`, { signal })).items,
  });
  if (!data || data.length === 0) return null;
  return (
    <p className="segment-chips" aria-label={t('of')}>
      {data.map((segment) => (
        <Link key={segment.id} to={`/segments/${segment.id}`}>
          <Chip color={segment.kind === 'live' ? 'green' : 'grey'} title={segment.since.slice(0, 10)}>
            {segment.name}
          </Chip>
        </Link>
      ))}
    </p>
  );
}
