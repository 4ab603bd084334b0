import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { formatDecimal, formatList } from '../look/format';
import { Failure, Skeleton } from '../look/parts';
import { Select } from '../look/Select';
import { Scroll } from './Card';
import { Frame, useAxes } from './Charts';
import { percent } from './value';

interface Lifetimes {
  by: string;
  groupings: string[];
  customers: number;
  lost: number;
  boughtOnce: number;
  lostBefore: number;
  silentDays: number;
  leftOut: { key: string | null; label: string; customers: number }[];
  groups: {
    key: string | null;
    label: string | null;
    customers: number;
    lost: number;
    medianMonths: number | null;
    curve: [number, number, number, number][];
  }[];
  difference: { chiSquare: number; freedom: number; probability: number } | null;
  cox: {
    concordance: number;
    customers: number;
    lost: number;
    terms: { label: string; ratio: number; low: number; high: number }[];
    against: string[];
  } | null;
  findings: { sentence: string }[];
}

/** `Source=Web` of the server, to be written as the language does. */
const namedOf = (label: string) => {
  const [name, ...value] = label.split('=');
  return { name, value: value.join('=') };
};

const width = 320;
const height = 170;
const [left, right, top, bottom] = [38, 62, 8, 20];

/** How long customers stay: a curve for each group, whether they differ, and what goes with leaving. */
export function LifetimesCard() {
  const { t } = useTranslation('value');
  const [by, setBy] = useState('');
  const told = useQuery({
    queryKey: ['value', 'lifetimes', by],
    queryFn: ({ signal }) => get<Lifetimes>('/retention/lifetimes', { signal, query: { by: by || undefined } }),
    placeholderData: keepPreviousData,
  });
  if (told.error) return <Failure message={sentence(told.error)} onRetry={() => setBy('')} />;
  if (!told.data) return <Skeleton lines={6} />;
  const { groups, groupings, difference, cox, findings, lost, customers, boughtOnce, lostBefore, silentDays, leftOut } =
    told.data;
  if (customers === 0 && boughtOnce === 0) return null;
  const share = (value: number | undefined) => (value === undefined ? '—' : percent(value));
  const at = (curve: [number, number, number, number][], month: number) => curve.find(([x]) => x === month);
  const years = [12, 24, 36].filter((month) => groups.some(({ curve }) => at(curve, month)));
  return (
    <section className="value-card">
      <header className="value-tools">
        <h2>{t('stay.title')}</h2>
        <div className="value-region">
          <span className="meta">{t('stay.by')}</span>
          <Select
            label={t('stay.by')}
            value={told.data.by}
            options={groupings.map((value) => ({ value, label: t(`stay.groupings.${value}`) }))}
            onChange={setBy}
          />
        </div>
      </header>
      <p className="meta">
        {t('stay.what', {
          number: formatDecimal(customers),
          lost: formatDecimal(lost),
          days: formatDecimal(silentDays),
          once: formatDecimal(boughtOnce),
        })}
        {told.data.by === 'tier' && ` ${t('stay.ofTier', { number: formatDecimal(lostBefore) })}`}
      </p>
      <div className="value-flows">
        <Curves groups={groups} label={t('stay.title')} name={(label) => label ?? t('stay.groupings.none')} />
        <div>
          <Scroll label={t('stay.title')}>
            <table className="value-arithmetic">
              <thead>
                <tr>
                  <td />
                  <th scope="col">{t('stay.customers')}</th>
                  <th scope="col">{t('stay.lost')}</th>
                  {years.map((month) => (
                    <th key={month} scope="col">
                      {t('stay.after', { month })}
                    </th>
                  ))}
                  <th scope="col">{t('stay.median')}</th>
                </tr>
              </thead>
              <tbody>
                {groups.map(({ key, label, customers, lost, curve, medianMonths }, i) => (
                  <tr key={key}>
                    <th scope="row">
                      <i className={`value-swatch value-swatch-${i}`} /> {label ?? t('stay.groupings.none')}
                    </th>
                    <td>{formatDecimal(customers)}</td>
                    <td>{formatDecimal(lost)}</td>
                    {years.map((month) => {
                      const point = at(curve, month);
                      return (
                        <td key={month} title={point && `95 %: ${percent(point[2])} – ${percent(point[3])}`}>
                          {share(point?.[1])}
                        </td>
                      );
                    })}
                    <td>
                      {medianMonths === null
                        ? t('stay.notYet')
                        : t('stay.months', { number: medianMonths < 1 ? '< 1' : medianMonths.toFixed(0) })}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
          {leftOut.length > 0 && (
            <p className="meta">
              {t('stay.leftOut', {
                groups: formatList(leftOut.map(({ label, customers }) => `${label} ${formatDecimal(customers)}`)),
              })}
            </p>
          )}
          {difference && (
            <p>
              {t(difference.probability < 0.05 ? 'stay.differs' : 'stay.alike', {
                p: difference.probability < 0.001 ? '< 0.001' : `= ${difference.probability.toFixed(3)}`,
              })}
            </p>
          )}
        </div>
      </div>
      {cox && cox.terms.length > 0 && (
        <>
          <h3>{t('stay.cox')}</h3>
          <p className="meta">
            {t('stay.coxWhat', {
              against: formatList(cox.against.map((label) => t('named', namedOf(label)))),
              concordance: cox.concordance.toFixed(2),
            })}
          </p>
          <Scroll label={t('stay.cox')}>
            <table className="value-arithmetic">
              <thead>
                <tr>
                  <td />
                  <th scope="col">{t('stay.ratio')}</th>
                  <th scope="col">95 %</th>
                </tr>
              </thead>
              <tbody>
                {cox.terms.map(({ label, ratio, low, high }) => (
                  <tr key={label} className={low > 1 || high < 1 ? 'value-clear' : undefined}>
                    <th scope="row">{t('named', namedOf(label))}</th>
                    <td>{ratio.toFixed(2)} ×</td>
                    <td>
                      {low.toFixed(2)} – {high.toFixed(2)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
      {findings.map(({ sentence }) => (
        <p key={sentence} className="meta">
          {sentence}
        </p>
      ))}
    </section>
  );
}

/** Stairs that go down as customers leave; the band is the 95 % interval where there is one group only. */
function Curves({
  groups,
  label,
  name,
}: {
  groups: Lifetimes['groups'];
  label: string;
  name: (label: string | null) => string;
}) {
  const axes = useAxes('stay');
  const last = Math.max(1, ...groups.flatMap(({ curve }) => curve.map(([month]) => month)));
  const x = (month: number) => left + (month / last) * (width - left - right);
  const y = (share: number) => height - bottom - share * (height - bottom - top);
  const stairs = (points: [number, number][]) =>
    points
      .map(([month, share], i) =>
        i ? `H${x(month).toFixed(1)}V${y(share).toFixed(1)}` : `M${x(month).toFixed(1)} ${y(share).toFixed(1)}`,
      )
      .join('');
  const back = (points: [number, number][]) =>
    points
      .toReversed()
      .map(([month, share]) => `L${x(month).toFixed(1)} ${y(share).toFixed(1)}`)
      .join('');
  // Names at the ends of the lines, pushed apart where they would lie on each other.
  const ends = groups
    .map(({ curve, label }, i) => ({ i, label: name(label), x: x(curve.at(-1)![0]), y: y(curve.at(-1)![1]) }))
    .sort((a, b) => a.y - b.y);
  ends.forEach((end, i) => {
    if (i) end.y = Math.max(end.y, ends[i - 1]!.y + 10);
  });
  return (
    <Frame
      label={label}
      axes={axes}
      ends={['0', '']}
      rises={['0', '100 %']}
      table={[
        ['', ...axes, '95 % −', '95 % +'],
        ...groups.flatMap(({ label, curve }) => curve.map((point) => [name(label), ...point])),
      ]}
    >
      {[0.25, 0.5, 0.75].map((share) => (
        <path key={share} className="value-grid" d={`M${left} ${y(share)}H${width - right}`} />
      ))}
      {Array.from({ length: Math.floor(last / 12) }, (_, i) => (i + 1) * 12).map((month) => (
        <text key={month} x={x(month)} y={height - 6} textAnchor="middle" className="value-tick">
          {month}
        </text>
      ))}
      {groups.length === 1 && (
        <path
          className="value-band"
          d={`${stairs(groups[0]!.curve.map(([m, , , high]) => [m, high]))}${back(groups[0]!.curve.map(([m, , low]) => [m, low]))}Z`}
        />
      )}
      {groups.map(({ key, curve }, i) => (
        <path key={key} className={`value-curve value-curve-${i}`} d={stairs(curve.map(([m, s]) => [m, s]))} />
      ))}
      {ends.map(({ i, label, x, y }) => (
        <text key={i} x={x + 3} y={y + 3} className={`value-tick value-name-${i}`}>
          {label.length > 8 ? `${label.slice(0, 7)}…` : label}
        </text>
      ))}
    </Frame>
  );
}
