import { useTranslation } from 'react-i18next';
import { labelOf } from '../language';
import { formatDate, formatDecimal } from '../look/format';
import { Chip, Empty } from '../look/parts';
import { gradeOf, kindColor, kinds, type Summary, type Tally } from './quality';

interface OverviewProps {
  summary: Summary;
  onWork: (about: Record<string, string>) => void;
}

/** The score and what is wrong, by owner, team, source and field, and how it has gone; printed as a report. */
export function Overview({ summary, onWork }: OverviewProps) {
  const { t } = useTranslation('quality');
  const { all } = summary;
  if (all.records === 0)
    return (
      <Empty icon="quality" title={t(summary.run.state === 'running' ? 'counting' : 'none')}>
        {t('noneHint')}
      </Empty>
    );
  return (
    <div className="quality">
      <p className="quality-printed">{t('printed', { day: formatDate(new Date()) })}</p>
      <section className="quality-head">
        <div className="quality-score" data-grade={gradeOf(all.score)}>
          <strong>{all.score === null ? '–' : formatDecimal(all.score)}</strong>
          <span>{t(`grades.${gradeOf(all.score)}`)}</span>
          <span className="meta">{t('records', { count: all.records, number: formatDecimal(all.records) })}</span>
        </div>
        <ul className="quality-kinds">
          {kinds.map((kind) => (
            <li key={kind}>
              <button type="button" onClick={() => onWork({ kind })}>
                <Chip color={kindColor[kind]}>{t(`kinds.${kind}`)}</Chip>
                <strong>{formatDecimal(all[kind])}</strong>
              </button>
            </li>
          ))}
        </ul>
        <Trend days={summary.days} now={all} />
      </section>
      <section>
        <h2>{t('byField')}</h2>
        <ul className="quality-fields">
          {summary.fields.slice(0, 24).map(({ field, kind, labels, count }) => (
            <li key={`${field} ${kind}`}>
              <button type="button" onClick={() => onWork({ kind, field })}>
                <span>{labelOf(labels, field)}</span>
                <Chip color={kindColor[kind]}>{t(`kinds.${kind}`)}</Chip>
                <strong>{formatDecimal(count)}</strong>
                <span className="meta">{t('share', { percent: Math.round((count / all.records) * 100) })}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <Tallies title={t('byTeam')} tallies={summary.teams} none={t('noTeam')} />
      <Tallies
        title={t('byOwner')}
        tallies={summary.owners}
        none={t('noOwner')}
        onOpen={(owner) => owner && onWork({ owner })}
      />
      {summary.sources.length > 0 && <Tallies title={t('bySource')} tallies={summary.sources} none={t('noSource')} />}
    </div>
  );
}

interface TalliesProps {
  title: string;
  tallies: Tally[];
  /** What stands for an empty key. */
  none: string;
  onOpen?: (key: string) => void;
}

function Tallies({ title, tallies, none, onOpen }: TalliesProps) {
  const { t } = useTranslation('quality');
  return (
    <section>
      <h2>{title}</h2>
      <div className="quality-table">
        <table>
          <thead>
            <tr>
              <th />
              <th>{t('score')}</th>
              <th>{t('number')}</th>
              {kinds.map((kind) => (
                <th key={kind}>{t(`kinds.${kind}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tallies
              .toSorted((a, b) => (a.score ?? 0) - (b.score ?? 0))
              .map((tally) => (
                <tr key={tally.key}>
                  <th scope="row">
                    {onOpen && tally.key ? (
                      <button type="button" className="record-link" onClick={() => onOpen(tally.key)}>
                        {tally.name ?? tally.key}
                      </button>
                    ) : (
                      tally.name || none
                    )}
                  </th>
                  <td data-grade={gradeOf(tally.score)}>{tally.score === null ? '–' : formatDecimal(tally.score)}</td>
                  <td>{formatDecimal(tally.records)}</td>
                  {kinds.map((kind) => (
                    <td key={kind}>{formatDecimal(tally[kind])}</td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const [width, height] = [320, 90];

function Trend({ days, now }: { days: Tally[]; now: Tally }) {
  const { t } = useTranslation('quality');
  const points = [...days.map(({ score }) => score ?? 0), now.score ?? 0];
  if (points.length < 2) return <p className="meta quality-trend">{t('trendNone')}</p>;
  const [low, high] = [Math.min(...points) - 2, Math.max(...points) + 2];
  const line = points
    .map((score, at) => `${((at / (points.length - 1)) * width).toFixed(1)},${(height - ((score - low) / (high - low)) * height).toFixed(1)}`)
    .join(' ');
  return (
    <figure className="quality-trend">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t('trend')}>
        <polyline points={line} />
      </svg>
      <figcaption className="meta">{t('trendSince', { day: days[0]!.key, from: formatDecimal(points[0]!), to: formatDecimal(points.at(-1)!) })}</figcaption>
    </figure>
  );
}
