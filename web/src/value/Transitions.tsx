import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import type { AnyRecord } from '../api/types';
import { formatDecimal } from '../look/format';
import { Failure, Skeleton } from '../look/parts';
import { Select } from '../look/Select';
import { Frame } from './Charts';
import { saveCsv } from './exportChart';
import { percent } from './value';

interface Cell {
  tier: string;
  customers: number;
  share: number;
}

interface Flows {
  months: string[];
  from: string | null;
  to: string | null;
  rows: { tier: string; customers: number; cells: Cell[] }[];
  findings: { code: string; sentence: string }[];
}

interface Moved {
  items: { customer: AnyRecord; before: number | null; after: number | null }[];
}

const most = 500;

/** How customers went from tier to tier between two months; each number opens who they are. */
export function Transitions({ name }: { name: (tier: string) => string }) {
  const { t } = useTranslation('value');
  const [stretch, setStretch] = useState<{ from?: string; to?: string }>({});
  const [cell, setCell] = useState<{ was: string; is: string }>();
  const flows = useQuery({
    queryKey: ['value', 'transitions', stretch],
    queryFn: ({ signal }) => get<Flows>('/value/transitions', { signal, query: stretch }),
  });
  const called = (tier: string) => (tier === 'none' ? t('flows.none') : name(tier));
  if (flows.error) return <Failure message={sentence(flows.error)} onRetry={() => setStretch({})} />;
  if (!flows.data) return <Skeleton lines={6} />;
  const { months, from, to, rows, findings } = flows.data;
  const choose = (part: 'from' | 'to') => (
    <Select
      label={t(`flows.${part}`)}
      value={flows.data[part] ?? ''}
      options={months
        .filter((month) => (part === 'from' ? month < to! : month > from!))
        .map((month) => ({ value: month, label: month }))}
      onChange={(month) => {
        setCell(undefined);
        setStretch({ from: from!, to: to!, [part]: month });
      }}
    />
  );
  return (
    <section className="value-card">
      <header className="value-tools">
        <h2>{t('flows.title')}</h2>
        {from && to && (
          <div className="value-region">
            {choose('from')} <span className="meta">→</span> {choose('to')}
          </div>
        )}
      </header>
      <p className="meta">{t('flows.what')}</p>
      {findings.map(({ code, sentence }) => (
        <p key={code} className="labelled-error">
          {sentence}
        </p>
      ))}
      {!from || !to ? (
        <p>{t('flows.few')}</p>
      ) : (
        <div className="value-flows">
          <Ribbons rows={rows} label={t('flows.chart', { from, to })} name={called} />
          <div className="value-scroll">
            <table className="value-matrix">
              <thead>
                <tr>
                  <th scope="col">{t('flows.axes', { from, to })}</th>
                  {rows.map(({ tier }) => (
                    <th key={tier} scope="col">
                      {called(tier)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.tier}>
                    <th scope="row">
                      {called(row.tier)} <span className="meta">{formatDecimal(row.customers)}</span>
                    </th>
                    {row.cells.map((one) => (
                      <td
                        key={one.tier}
                        style={{
                          background: `color-mix(in srgb, var(--primary) ${Math.round(one.share * 45)}%, var(--paper))`,
                        }}
                      >
                        {one.customers > 0 && (
                          <button
                            type="button"
                            aria-pressed={cell?.was === row.tier && cell.is === one.tier}
                            onClick={() => setCell({ was: row.tier, is: one.tier })}
                          >
                            {formatDecimal(one.customers)} <span>{percent(one.share)}</span>
                          </button>
                        )}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
      {cell && from && to && (
        <Who
          key={`${from}${to}${cell.was}${cell.is}`}
          from={from}
          to={to}
          {...cell}
          title={`${called(cell.was)} → ${called(cell.is)}`}
        />
      )}
    </section>
  );
}

/** The customers of one cell, those worth most first. */
function Who(props: { from: string; to: string; was: string; is: string; title: string }) {
  const { t } = useTranslation('value');
  const [shown, setShown] = useState(10);
  const { from, to, was, is } = props;
  const moved = useQuery({
    queryKey: ['value', 'moved', from, to, was, is],
    queryFn: ({ signal }) =>
      get<Moved>('/value/transitions/customers', { signal, query: { from, to, was, is, limit: most } }),
  });
  if (moved.error) return <Failure message={sentence(moved.error)} onRetry={() => void moved.refetch()} />;
  if (!moved.data) return <Skeleton lines={4} />;
  const amount = (value: number | null) => (value === null ? '—' : formatDecimal(value.toFixed(0)));
  const owner = (customer: AnyRecord) => (customer.owner as { name?: string } | undefined)?.name ?? '';
  const { items } = moved.data;
  return (
    <>
      <h3>{props.title}</h3>
      <div className="value-scroll">
        <table className="value-table">
          <thead>
            <tr>
              <th>{t('flows.customer')}</th>
              <th>{t('flows.owner')}</th>
              <th>{t('flows.amount', { month: from })}</th>
              <th>{t('flows.amount', { month: to })}</th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, shown).map(({ customer, before, after }) => (
              <tr key={customer.id}>
                <td>
                  <Link to={`/customers/${customer.id}`}>{String(customer.name ?? '')}</Link>
                </td>
                <td>{owner(customer)}</td>
                <td>{amount(before)}</td>
                <td>{amount(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="value-take">
        {shown < items.length && (
          <button type="button" onClick={() => setShown(items.length)}>
            {t('flows.all', { number: formatDecimal(items.length) })}
          </button>
        )}
        <button
          type="button"
          onClick={() =>
            saveCsv(`${from} ${to} ${props.title}`, [
              [
                t('flows.customer'),
                t('flows.owner'),
                t('flows.amount', { month: from }),
                t('flows.amount', { month: to }),
              ],
              ...items.map(({ customer, before, after }) => [
                String(customer.name ?? ''),
                owner(customer),
                before ?? '',
                after ?? '',
              ]),
            ])
          }
        >
          CSV
        </button>
        {items.length === most && <span className="meta">{t('flows.most', { number: most })}</span>}
      </p>
    </>
  );
}

const width = 320;
const height = 170;

/** Bands from the tiers of the first month to those of the second; heights by the root of the number, or nobody would see the few at the top. */
function Ribbons({ rows, label, name }: { rows: Flows['rows']; label: string; name: (tier: string) => string }) {
  const gap = 6;
  const root = (count: number) => Math.sqrt(count);
  const sumOf = (counts: number[]) => counts.reduce((sum, count) => sum + root(count), 0);
  const outs = rows.map(({ cells }) => sumOf(cells.map(({ customers }) => customers)));
  const ins = rows.map((_, k) => sumOf(rows.map(({ cells }) => cells[k]!.customers)));
  const scale = (height - 16 - gap * rows.length) / Math.max(1, sumAll(outs), sumAll(ins));
  const starts = (sizes: number[]) => {
    let at = 8;
    return sizes.map((size) => {
      const from = at;
      at += size * scale + gap;
      return from;
    });
  };
  const [lefts, rights] = [starts(outs), starts(ins)];
  const [goes, comes] = [[...lefts], [...rights]];
  const [x0, x1] = [64, width - 64];
  return (
    <Frame
      label={label}
      bare
      ends={['', '']}
      rises={['', '']}
      table={[
        ['', ...rows.map(({ tier }) => name(tier))],
        ...rows.map(({ tier, cells }) => [name(tier), ...cells.map(({ customers }) => customers)]),
      ]}
    >
      {rows.flatMap(({ tier, cells }, i) =>
        cells.map((cell, k) => {
          if (!cell.customers) return null;
          const thick = root(cell.customers) * scale;
          const [a, b] = [goes[i]!, comes[k]!];
          goes[i]! += thick;
          comes[k]! += thick;
          const middle = (x0 + x1) / 2;
          return (
            <path
              key={`${tier} ${cell.tier}`}
              className={`value-ribbon${k < i ? ' value-ribbon-up' : k > i ? ' value-ribbon-down' : ''}`}
              d={`M${x0} ${a}C${middle} ${a} ${middle} ${b} ${x1} ${b}V${b + thick}C${middle} ${b + thick} ${middle} ${a + thick} ${x0} ${a + thick}Z`}
            >
              <title>{`${name(tier)} → ${name(cell.tier)}: ${formatDecimal(cell.customers)} · ${percent(cell.share)}`}</title>
            </path>
          );
        }),
      )}
      {rows.map(({ tier }, i) => (
        <g key={tier}>
          {outs[i]! > 0 && (
            <text x={x0 - 5} y={lefts[i]! + (outs[i]! * scale) / 2 + 3} textAnchor="end" className="value-tick">
              {name(tier)}
            </text>
          )}
          {ins[i]! > 0 && (
            <text x={x1 + 5} y={rights[i]! + (ins[i]! * scale) / 2 + 3} className="value-tick">
              {name(tier)}
            </text>
          )}
        </g>
      ))}
    </Frame>
  );
}

const sumAll = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
