import type { ReactNode } from 'react';
import { formatShort } from '../look/format';
import { percent } from './value';

const width = 320;
const height = 170;
const left = 38;
const bottom = 20;
const top = 8;
const right = 8;

const x = (share: number) => left + share * (width - left - right);
const y = (share: number) => height - bottom - share * (height - bottom - top);

function Frame({
  label,
  children,
  ends,
  rises,
}: {
  label: string;
  children: ReactNode;
  ends: [string, string];
  rises: [string, string];
}) {
  return (
    <svg className="value-chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <path className="value-axis" d={`M${left} ${top}V${height - bottom}H${width - right}`} />
      <text x={left} y={height - 6} className="value-tick">
        {ends[0]}
      </text>
      <text x={width - right} y={height - 6} textAnchor="end" className="value-tick">
        {ends[1]}
      </text>
      <text x={left - 4} y={height - bottom} textAnchor="end" className="value-tick">
        {rises[0]}
      </text>
      <text x={left - 4} y={top + 8} textAnchor="end" className="value-tick">
        {rises[1]}
      </text>
      {children}
    </svg>
  );
}

const line = (points: [number, number][]) =>
  points.map(([a, b], i) => `${i ? 'L' : 'M'}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join('');

/** Cumulative margin, best customers first; above the whole where others cost money. */
export function WhaleCurve({ points, label }: { points: [number, number][]; label: string }) {
  const highest = Math.max(1, ...points.map(([, share]) => share));
  const scaled = points.map(([a, b]): [number, number] => [a, b / highest]);
  return (
    <Frame label={label} ends={['0', '100 %']} rises={['0', percent(highest)]}>
      <path
        className="value-even"
        d={line([
          [0, 0],
          [1, 1 / highest],
        ])}
      />
      <path className="value-line" d={line(scaled)} />
    </Frame>
  );
}

/** How many customers are how likely still to be customers. */
export function AliveBars({ bars, label }: { bars: number[]; label: string }) {
  const most = Math.max(1, ...bars);
  const step = (width - left - right) / bars.length;
  return (
    <Frame label={label} ends={['0 %', '100 %']} rises={['0', formatShort(most)]}>
      {bars.map((count, i) => (
        <rect
          key={i}
          className="value-bar"
          x={left + i * step + 1}
          width={step - 2}
          y={y(count / most)}
          height={y(0) - y(count / most)}
        >
          <title>{`${i * 5}–${i * 5 + 5} %: ${count}`}</title>
        </rect>
      ))}
    </Frame>
  );
}

/** Cumulative repeat orders, facts against model. */
export function Tracking({
  points,
  label,
  actual,
  expected,
}: {
  points: [number, number, number][];
  label: string;
  actual: string;
  expected: string;
}) {
  const last = points.at(-1)?.[0] ?? 1;
  const most = Math.max(1, ...points.flatMap(([, a, b]) => [a, b]));
  return (
    <>
      <Frame label={label} ends={['', '']} rises={['0', formatShort(most)]}>
        <path
          className="value-line"
          d={line([[0, 0], ...points.map(([t, a]): [number, number] => [t / last, a / most])])}
        />
        <path
          className="value-line value-second"
          d={line([[0, 0], ...points.map(([t, , b]): [number, number] => [t / last, b / most])])}
        />
      </Frame>
      <p className="meta value-legend">
        <i className="value-key" /> {actual} <i className="value-key value-key-second" /> {expected}
      </p>
    </>
  );
}

/** Recency upwards, frequency across. */
export function RfmGrid({ cells, label, name }: { cells: number[][]; label: string; name: (count: number) => string }) {
  const most = Math.max(1, ...cells.flat());
  return (
    <div className="value-rfm" role="img" aria-label={label}>
      {[5, 4, 3, 2, 1].map((r) =>
        [1, 2, 3, 4, 5].map((f) => {
          const count = cells[r - 1]?.[f - 1] ?? 0;
          return (
            <span
              key={`${r}${f}`}
              title={`R${r} F${f}: ${name(count)}`}
              style={{
                background: `color-mix(in srgb, var(--primary) ${Math.round((count / most) * 62)}%, var(--paper))`,
              }}
              className={count / most > 0.6 ? 'value-rfm-strong' : undefined}
            >
              {count ? formatShort(count) : ''}
            </span>
          );
        }),
      )}
    </div>
  );
}
