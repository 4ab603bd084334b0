import { useTranslation } from 'react-i18next';
import { formatDecimal } from '../look/format';
import type { Figures } from './segments';

const [width, height, edge] = [560, 140, 6];

/** The size of each day as a line, the present at its end. */
export function Growth({ figures }: { figures: Figures }) {
  const { t } = useTranslation('segments');
  const today = new Date().toISOString().slice(0, 10);
  const points = [...figures.growth.filter(({ day }) => day < today), { day: today, size: figures.size }];
  const [first, last] = [points[0]!, points.at(-1)!];
  const start = Date.parse(first.day);
  const span = Math.max(1, Date.parse(last.day) - start);
  const top = Math.max(1, ...points.map(({ size }) => size));
  const low = Math.min(...points.map(({ size }) => size));
  const bottom = low > top * 0.6 ? low * 0.9 : 0;
  const x = (day: string) => edge + ((Date.parse(day) - start) / span) * (width - 2 * edge);
  const y = (size: number) => height - edge - ((size - bottom) / Math.max(1, top - bottom)) * (height - 2 * edge);
  const line = points.map(({ day, size }) => `${x(day).toFixed(1)},${y(size).toFixed(1)}`).join(' ');
  const change = last.size - first.size;
  return (
    <div className="segment-growth">
      <p>
        <strong>{formatDecimal(figures.size)}</strong>
        {points.length > 1 && (
          <span className="meta">
            {t('change', { sign: change > 0 ? '+' : change < 0 ? '−' : '±', number: formatDecimal(Math.abs(change)) })}
          </span>
        )}
        <span className="meta">
          {t('thisWeek', { count: figures.enteredThisWeek, number: formatDecimal(figures.enteredThisWeek) })}
        </span>
      </p>
      {points.length > 1 ? (
        <>
          <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t('growth')}>
            <polyline points={line} />
            {points.map(({ day, size }) => (
              <circle key={day} cx={x(day)} cy={y(size)} r={points.length > 60 ? 1.5 : 3}>
                <title>{t('day', { day, size: formatDecimal(size) })}</title>
              </circle>
            ))}
          </svg>
          <p className="segment-days meta">
            <span>{first.day}</span>
            <span>{last.day}</span>
          </p>
        </>
      ) : (
        <p className="meta">{t('growthNone')}</p>
      )}
    </div>
  );
}
