import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { formatShort } from '../look/format';
import { saveCsv, savePng, saveSvg } from './exportChart';
import { percent } from './value';

const width = 320;
const height = 170;
const left = 38;
const bottom = 20;
const top = 8;
const right = 8;

const x = (share: number) => left + share * (width - left - right);
const y = (share: number) => height - bottom - share * (height - bottom - top);

/** Axes with their ends, and the ways to take the chart along. */
export function Frame({
  label,
  axes,
  keys,
  table,
  children,
  ends,
  rises,
  bare,
}: {
  label: string;
  /** What lies across and what goes up, in words. */
  axes?: readonly [string, string];
  /** The names of the first line and of the second. */
  keys?: readonly string[];
  /** Without axes. */
  bare?: boolean;
  /** The numbers behind the drawing, a heading first. */
  table: (string | number)[][];
  children: ReactNode;
  ends: [string, string];
  rises: [string, string];
}) {
  const { t } = useTranslation('value');
  const drawing = useRef<SVGSVGElement>(null);
  const caption = { title: label, axes, keys };
  return (
    <figure className="value-figure">
      <svg ref={drawing} className="value-chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        {!bare && <path className="value-axis" d={`M${left} ${top}V${height - bottom}H${width - right}`} />}
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
      {axes && (
        <p className="meta value-axes" aria-hidden="true">
          <span>↑ {axes[1]}</span>
          <span>{axes[0]} →</span>
        </p>
      )}
      {keys && keys.length > 1 && (
        <p className="meta value-legend">
          <i className="value-key" /> {keys[0]} <i className="value-key value-key-second" /> {keys[1]}
        </p>
      )}
      <figcaption className="value-take">
        <span className="meta">{t('chart.save')}</span>
        <button type="button" onClick={() => saveSvg(caption, drawing.current!)}>
          SVG
        </button>
        <button type="button" onClick={() => void savePng(caption, drawing.current!)}>
          PNG
        </button>
        <button type="button" onClick={() => saveCsv(label, table)}>
          CSV
        </button>
      </figcaption>
    </figure>
  );
}

/** The words of a chart's axes: across, up. */
export function useAxes(name: string): [string, string] {
  const { t } = useTranslation('value');
  return [t(`chart.axes.${name}.across`), t(`chart.axes.${name}.up`)];
}

const line = (points: [number, number][]) =>
  points.map(([a, b], i) => `${i ? 'L' : 'M'}${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join('');

/** Cumulative margin, best customers first; above the whole where others cost money. */
export function WhaleCurve({ points, label }: { points: [number, number][]; label: string }) {
  const axes = useAxes('whale');
  const highest = Math.max(1, ...points.map(([, share]) => share));
  const scaled = points.map(([a, b]): [number, number] => [a, b / highest]);
  return (
    <Frame
      label={label}
      axes={axes}
      table={[[...axes], ...points]}
      ends={['0', '100 %']}
      rises={['0', percent(highest)]}
    >
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
  const axes = useAxes('alive');
  const most = Math.max(1, ...bars);
  const step = (width - left - right) / bars.length;
  return (
    <Frame
      label={label}
      axes={axes}
      table={[
        [`${axes[0]} ≥`, `${axes[0]} <`, axes[1]],
        ...bars.map((count, i) => [i / bars.length, (i + 1) / bars.length, count]),
      ]}
      ends={['0 %', '100 %']}
      rises={['0', formatShort(most)]}
    >
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
  unit = 'week',
}: {
  points: [number, number, number][];
  label: string;
  actual: string;
  expected: string;
  unit?: string;
}) {
  const { t } = useTranslation('value');
  const axes = useAxes('tracking');
  const last = points.at(-1)?.[0] ?? 1;
  const most = Math.max(1, ...points.flatMap(([, a, b]) => [a, b]));
  return (
    <Frame
      label={label}
      axes={[t('chart.since', { unit: t(`lab.units.${unit}`) }), axes[1]]}
      keys={[actual, expected]}
      table={[[t(`lab.units.${unit}`), actual, expected], ...points]}
      ends={['0', formatShort(last)]}
      rises={['0', formatShort(Math.round(most))]}
    >
      <path
        className="value-line"
        d={line([[0, 0], ...points.map(([t, a]): [number, number] => [t / last, a / most])])}
      />
      <path
        className="value-line value-second"
        d={line([[0, 0], ...points.map(([t, , b]): [number, number] => [t / last, b / most])])}
      />
    </Frame>
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
                background: `color-mix(in srgb, var(--primary) ${Math.round((count / most) * 50)}%, var(--paper))`,
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

/** What was sold month by month, and the months ahead with their band. */
export function Months({
  past,
  ahead,
  label,
  from,
}: {
  past: number[];
  ahead: [number, number, number][];
  label: string;
  from: string;
}) {
  const axes = useAxes('months');
  const most = Math.max(1, ...past, ...ahead.map(([, , high]) => high));
  const count = past.length + Math.max(0, ahead.length - 1);
  const at = (i: number) => (i + 0.5) / count;
  // The first month foretold is the one that runs: it lies over its bar.
  const place = (i: number) => at(past.length - 1 + i);
  const band = [
    ...ahead.map(([, , high], i): [number, number] => [place(i), high / most]),
    ...ahead.map(([, low], i): [number, number] => [place(i), low / most]).toReversed(),
  ];
  return (
    <Frame
      label={label}
      axes={axes}
      table={[
        [...axes, '10 %', '90 %'],
        ...past.map((sold, i) => [i - past.length + 1, sold, '', '']),
        ...ahead.map(([mean, low, high], i) => [i, mean, low, high]),
      ]}
      ends={[from, '']}
      rises={['0', formatShort(Math.round(most))]}
    >
      {past.map((sold, i) => (
        <rect
          key={i}
          className="value-bar"
          x={x(i / count) + 1}
          width={(width - left - right) / count - 2}
          y={y(Math.max(0, sold) / most)}
          height={y(0) - y(Math.max(0, sold) / most)}
        />
      ))}
      {ahead.length > 0 && <path className="value-band" d={`${line(band)}Z`} />}
      {ahead.length > 1 && (
        <path
          className="value-line value-second"
          d={line(ahead.map(([mean], i): [number, number] => [place(i), mean / most]))}
        />
      )}
    </Frame>
  );
}

/** Foretold against what came, a point for each part of the records; on the diagonal they agree. */
export function Calibration({ bins, label }: { bins: [number, number, number][]; label: string }) {
  const axes = useAxes('calibration');
  const { t } = useTranslation('value');
  return (
    <Frame
      label={label}
      axes={axes}
      table={[[t('lab.rowsIn'), ...axes], ...bins]}
      ends={['0 %', '100 %']}
      rises={['0 %', '100 %']}
    >
      <path
        className="value-even"
        d={line([
          [0, 0],
          [1, 1],
        ])}
      />
      {bins.map(([records, foretold, came], i) => (
        <circle key={i} className="value-dot" cx={x(foretold)} cy={y(came)} r={Math.min(8, 2 + Math.sqrt(records))}>
          <title>{`${records}: ${percent(foretold)} → ${percent(came)}`}</title>
        </circle>
      ))}
    </Frame>
  );
}

/** A line through points, scaled to its own ends; with the even line where chance alone would lie. */
export function Curve({
  points,
  label,
  axes,
  ends,
  even,
}: {
  points: [number, number][];
  label: string;
  axes: readonly [string, string];
  ends: [string, string];
  even?: boolean;
}) {
  const first = points[0]?.[0] ?? 0;
  const span = Math.max(1e-9, (points.at(-1)?.[0] ?? 1) - first);
  const most = Math.max(1e-9, ...points.map(([, value]) => value));
  return (
    <Frame
      label={label}
      axes={axes}
      table={[[...axes], ...points]}
      ends={ends}
      rises={['0', even ? percent(most) : most.toFixed(2)]}
    >
      {even && (
        <path
          className="value-even"
          d={line([
            [0, 0],
            [1, 1],
          ])}
        />
      )}
      <path
        className="value-line"
        d={line(points.map(([at, value]): [number, number] => [(at - first) / span, Math.max(0, value) / most]))}
      />
    </Frame>
  );
}

/** Bars side by side for each thing, such as what came and what was expected. */
export function Bars({
  label,
  axes,
  items,
  series,
  rises,
}: {
  label: string;
  axes?: readonly [string, string];
  items: { name: string; values: number[] }[];
  series: string[];
  rises?: (value: number) => string;
}) {
  const most = Math.max(1e-9, ...items.flatMap(({ values }) => values));
  const step = (width - left - right) / Math.max(1, items.length);
  const bar = Math.max(1, (step - 3) / series.length);
  return (
    <Frame
      label={label}
      axes={axes}
      keys={series}
      table={[[axes?.[0] ?? '', ...series], ...items.map(({ name, values }) => [name, ...values])]}
      ends={[items[0]?.name ?? '', items.at(-1)?.name ?? '']}
      rises={['0', rises ? rises(most) : formatShort(Math.round(most))]}
    >
      {items.map(({ name, values }, i) =>
        values.map((value, k) => (
          <rect
            key={`${i} ${k}`}
            className={k ? 'value-bar value-bar-second' : 'value-bar'}
            x={left + i * step + 1.5 + k * bar}
            width={Math.max(1, bar - 0.5)}
            y={y(Math.max(0, value) / most)}
            height={y(0) - y(Math.max(0, value) / most)}
          >
            <title>{`${name}: ${Number(value.toFixed(3))}`}</title>
          </rect>
        )),
      )}
    </Frame>
  );
}

/** Bars that lie, with their names: what matters most. */
/** Longer ones are drawn narrower, never cut: a name that is cut may be any of several. */
const longestName = 30;

export function Weights({ label, items }: { label: string; items: { label: string; weight: number }[] }) {
  const most = Math.max(1e-9, ...items.map(({ weight }) => weight));
  const from = 150;
  const step = (height - 2 * top) / Math.max(1, items.length);
  return (
    <Frame
      label={label}
      table={[['', label], ...items.map((item) => [item.label, item.weight])]}
      ends={['', '']}
      rises={['', '']}
      bare
    >
      {items.map((item, i) => (
        <g key={item.label}>
          <text
            x={from - 4}
            y={top + i * step + 9}
            textAnchor="end"
            className="value-tick"
            textLength={item.label.length > longestName ? from - 8 : undefined}
            lengthAdjust="spacingAndGlyphs"
          >
            {item.label}
          </text>
          <rect
            className="value-bar"
            x={from}
            width={((width - right - from) * item.weight) / most}
            y={top + i * step + 1}
            height={Math.max(1, Math.min(12, step - 2))}
          >
            <title>{`${item.label}: ${item.weight.toFixed(3)}`}</title>
          </rect>
        </g>
      ))}
    </Frame>
  );
}
