import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordType } from '../api/queries';
import { Dialog } from '../look/Dialog';
import { formatDecimal } from '../look/format';
import { Button, Checkbox, Chip, Empty, Failure, Skeleton } from '../look/parts';
import { PageBar } from '../shell/PageBar';
import { ConditionWords } from './ConditionWords';
import { customersOf, type Overlap, segmentKeys, type SegmentSize, useSegments, useSizes } from './segments';
import './segments.css';

const fewest = 2;
const most = 8;

/** All segments with what they ask and how many of the customers one sees are in them. */
export default function SegmentsPage() {
  const { t } = useTranslation('segments');
  const navigate = useNavigate();
  const segments = useSegments();
  const sizes = useSizes().data;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [overlapping, setOverlapping] = useState(false);
  const mayChange = useRecordType('segments').data?.rights.create ?? false;
  const create = (
    <Button kind="primary" icon="plus" onClick={() => void navigate('/segments/new')}>
      {t('create')}
    </Button>
  );
  const items = segments.data ?? [];
  return (
    <>
      <PageBar
        title={t('title')}
        aside={items.length > 1 && <span className="meta only-wide">{t('chooseSome')}</span>}
        actions={
          <>
            {items.length > 1 && (
              <Button
                icon="segment"
                disabled={chosen.length < fewest || chosen.length > most}
                onClick={() => setOverlapping(true)}
              >
                {t('overlap')}
              </Button>
            )}
            {mayChange && create}
          </>
        }
      />
      {segments.isLoading && <Skeleton lines={6} />}
      {segments.isError && <Failure message={sentence(segments.error)} onRetry={() => void segments.refetch()} />}
      {segments.data && items.length === 0 && (
        <Empty icon="segment" title={t('empty')} action={mayChange && create}>
          {t('emptyHint')}
        </Empty>
      )}
      <ul className="segment-list">
        {items.map((segment) => (
          <li key={segment.id}>
            <Checkbox
              bare
              label={t('choose', { name: segment.name })}
              checked={chosen.includes(segment.id)}
              onChange={(event) =>
                setChosen(event.target.checked ? [...chosen, segment.id] : chosen.filter((id) => id !== segment.id))
              }
            />
            <div className="segment-names">
              <Link to={`/segments/${segment.id}`}>{segment.name}</Link>
              <Chip color={segment.kind === 'live' ? 'green' : 'grey'}>{t(segment.kind)}</Chip>
              <span className="meta ellipsis">
                {segment.note || (segment.filter ? <ConditionWords filter={segment.filter} /> : '')}
              </span>
            </div>
            <SizeOf size={sizes?.find(({ id }) => id === segment.id)} />
          </li>
        ))}
      </ul>
      {overlapping && <OverlapDialog ids={chosen} onClose={() => setOverlapping(false)} />}
    </>
  );
}

function SizeOf({ size }: { size: SegmentSize | undefined }) {
  const { t } = useTranslation('segments');
  if (!size) return <span className="meta">…</span>;
  if (size.refused)
    return (
      <span className="meta" title={size.refused}>
        {t('refused')}
      </span>
    );
  return (
    <span className="segment-size">
      {size.state !== 'ready' && (
        <Chip color={size.state === 'failed' ? 'red' : 'amber'} title={size.problem}>
          {t(size.state)}
        </Chip>
      )}
      <Link to={customersOf(size.id)}>
        {t('size', { count: size.size ?? 0, number: formatDecimal(size.size ?? 0) })}
      </Link>
    </span>
  );
}

/** Each pair: how many are in both, and which share of the row that is. */
function OverlapDialog({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation('segments');
  const overlap = useQuery({
    queryKey: [...segmentKeys.all, 'overlap', ids],
    queryFn: ({ signal }) => get<Overlap>('/segments:overlap', { signal, query: { ids: ids.join(',') } }),
  });
  const { segments = [], matrix = [] } = overlap.data ?? {};
  return (
    <Dialog title={t('overlapTitle')} onClose={onClose} width={880}>
      {overlap.isLoading && <Skeleton lines={4} />}
      {overlap.isError && <p role="alert">{sentence(overlap.error)}</p>}
      {overlap.data && (
        <>
          <p className="meta">{t('matrix')}</p>
          <div className="segment-matrix">
            <table>
              <thead>
                <tr>
                  <th />
                  {segments.map((segment) => (
                    <th key={segment.id} scope="col">
                      {segment.name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {segments.map((row, i) => (
                  <tr key={row.id}>
                    <th scope="row">{row.name}</th>
                    {segments.map((column, j) => {
                      const count = matrix[i]?.[j] ?? 0;
                      const share = count / Math.max(1, matrix[i]?.[i] ?? 0);
                      return (
                        <td
                          key={column.id}
                          style={{ background: `color-mix(in srgb, var(--primary) ${Math.round(share * 32)}%, transparent)` }}
                        >
                          {formatDecimal(count)}
                          {i !== j && <small>{t('share', { percent: Math.round(share * 100) })}</small>}
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Dialog>
  );
}
