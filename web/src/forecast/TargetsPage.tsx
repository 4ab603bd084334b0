import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get, newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { formatDecimal, formatShort } from '../look/format';
import { Button, Failure, Segmented, Skeleton } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { PageBar } from '../shell/PageBar';
import { type Target, type TeamNode, treeOf, type TreeRow, type Unit } from './forecast';
import './forecast.css';

interface Grid {
  year: string;
  mayEdit: boolean;
  whole: boolean;
  teams: TeamNode[];
  people: Unit[];
  targets: Target[];
}

const measures = ['amount', 'margin', 'activities'] as const;

/** A year of targets: the company, its teams and people by month, quarter and year. Sums that do not agree are shown, not forced. */
export default function TargetsPage() {
  const { t } = useTranslation('forecast');
  const client = useQueryClient();
  const [year, setYear] = useState(new Date().getFullYear());
  const [measure, setMeasure] = useState<(typeof measures)[number]>('amount');
  const [level, setLevel] = useState<'base' | 'stretch'>('base');
  const [edited, setEdited] = useState<Record<string, string>>({});
  const key = ['targets', year, measure];
  const grid = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get<Grid>('/targets:grid', { signal, query: { period: String(year), measure } }),
  });
  const kept = useMemo(() => {
    const values = new Map<string, Target>();
    for (const target of grid.data?.targets ?? []) values.set(cellOf(target.scope, target.id, target.period), target);
    return values;
  }, [grid.data]);
  const save = useMutation({
    mutationFn: () =>
      post(
        '/targets:set',
        {
          measure,
          cells: [...new Set(Object.keys(edited).map((cell) => cell.slice(cell.indexOf(' ') + 1)))].map((cell) => {
            const [scope, id, period] = cell.split(' ') as [string, string, string];
            const numberOf = (of: 'base' | 'stretch') => {
              const text = edited[`${of} ${cell}`];
              return text === undefined ? (kept.get(cell)?.[of] ?? null) : text.trim() === '' ? null : Number(text);
            };
            const base = numberOf('base');
            return { scope, id: id === '-' ? null : id, period, base, stretch: base === null ? null : numberOf('stretch') };
          }),
        },
        { idempotencyKey: newKey() },
      ),
    onSuccess: () => {
      setEdited({});
      toast({ text: t('grid.saved') });
      void client.invalidateQueries({ queryKey: ['targets'] });
      void client.invalidateQueries({ queryKey: ['forecast'] });
    },
    onError: (error) => toast({ kind: 'error', text: sentence(error) }),
  });
  if (grid.error) return <Failure message={sentence(grid.error)} onRetry={() => void grid.refetch()} />;
  if (!grid.data) return <Skeleton lines={10} />;
  const { data } = grid;
  const quarters = [1, 2, 3, 4].map((quarter) => ({
    key: `${year}-Q${quarter}`,
    months: [0, 1, 2].map((month) => `${year}-${String((quarter - 1) * 3 + month + 1).padStart(2, '0')}`),
  }));
  const columns = [String(year), ...quarters.flatMap((quarter) => [quarter.key, ...quarter.months])];
  const rows = treeOf(data.teams, data.people, t('all')).filter(({ kind }) => kind !== 'company' || data.whole);
  const valueOf = (row: TreeRow<Unit>, period: string): number | null => {
    const cell = cellOf(row.kind, row.id, period);
    const text = edited[`${level} ${cell}`];
    if (text !== undefined) return text.trim() === '' || !Number.isFinite(Number(text)) ? null : Number(text);
    return kept.get(cell)?.[level] ?? null;
  };
  const partsOf = (period: string) =>
    period === String(year)
      ? quarters.map((quarter) => quarter.key)
      : (quarters.find((quarter) => quarter.key === period)?.months ?? []);
  /** The rows one step below. */
  const under = (at: number) => {
    const below: TreeRow<Unit>[] = [];
    for (let i = at + 1; i < rows.length && rows[i]!.depth > rows[at]!.depth; i++)
      if (rows[i]!.depth === rows[at]!.depth + 1) below.push(rows[i]!);
    return below;
  };
  const differences = (at: number, period: string): string[] => {
    const own = valueOf(rows[at]!, period);
    if (own === null) return [];
    const said = (values: (number | null)[], name: string) => {
      const given = values.filter((value): value is number => value !== null);
      const difference = given.reduce((total, value) => total + value, 0) - own;
      return given.length > 0 && Math.abs(difference) >= 0.005
        ? [t(name, { difference: `${difference > 0 ? '+' : '−'}${formatShort(Math.abs(difference))}` })]
        : [];
    };
    return [
      ...said(
        under(at).map((row) => valueOf(row, period)),
        'grid.people',
      ),
      ...said(
        partsOf(period).map((part) => valueOf(rows[at]!, part)),
        'grid.periods',
      ),
    ];
  };
  const wrong = Object.values(edited).some((text) => text.trim() !== '' && !(Number(text) >= 0));
  return (
    <>
      <PageBar
        title={t('grid.title')}
        aside={
          <span className="forecast-choice">
            <Select
              label={t('grid.year')}
              value={String(year)}
              options={[1, 0, -1].map((step) => String(new Date().getFullYear() + step)).map((value) => ({ value, label: value }))}
              onChange={(value) => (setEdited({}), setYear(Number(value)))}
            />
            <Select
              label={t('grid.measure')}
              value={measure}
              options={measures.map((value) => ({ value, label: t(`grid.measures.${value}`) }))}
              onChange={(value) => (setEdited({}), setMeasure(value))}
            />
            <Segmented
              label={t('grid.level')}
              value={level}
              options={(['base', 'stretch'] as const).map((value) => ({ value, label: t(`grid.${value}`) }))}
              onChange={setLevel}
            />
            <Link to="/forecast">{t('title')}</Link>
          </span>
        }
        actions={
          data.mayEdit && (
            <Button
              kind="primary"
              busy={save.isPending}
              disabled={wrong || Object.keys(edited).length === 0}
              onClick={() => save.mutate()}
            >
              {t('grid.save')}
            </Button>
          )
        }
      />
      {/* What scrolls must be reachable without a mouse. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="forecast-scroll" tabIndex={0} role="region" aria-label={t('grid.title')}>
        <table className="forecast-table targets">
          <thead>
            <tr>
              <th scope="col">{t('grid.who')}</th>
              {columns.map((period) => (
                <th key={period} scope="col">
                  {period.length === 7 && period[5] !== 'Q'
                    ? t('grid.month', { month: Number(period.slice(5)) })
                    : period}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={row.key} data-kind={row.kind}>
                <th scope="row" style={{ paddingInlineStart: 8 + row.depth * 16 }}>
                  {row.name}
                </th>
                {columns.map((period) => {
                  const target = kept.get(cellOf(row.kind, row.id, period));
                  const cell = `${level} ${cellOf(row.kind, row.id, period)}`;
                  const base = edited[cell.replace('stretch', 'base')] ?? target?.base?.toString() ?? '';
                  const lower = level === 'stretch' && edited[cell] !== undefined && edited[cell] !== '' && Number(edited[cell]) < Number(base);
                  const notes = lower ? [t('grid.lower')] : differences(at, period);
                  return (
                    <td key={period}>
                      <input
                        aria-label={`${row.name} ${period}`}
                        inputMode="decimal"
                        disabled={!data.mayEdit || (level === 'stretch' && base === '')}
                        placeholder={level === 'stretch' && base ? shown(Number(base)) : undefined}
                        value={edited[cell] ?? shown(target?.[level])}
                        aria-invalid={lower || (edited[cell] !== undefined && !(Number(edited[cell]) >= 0))}
                        onChange={(event) =>
                          setEdited((before) => ({ ...before, [cell]: event.target.value.replaceAll(',', '') }))
                        }
                      />
                      {notes.map((note) => (
                        <small key={note}>{note}</small>
                      ))}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** With the separators of thousands, as an amount is read. */
const shown = (value: number | null | undefined) => (value === null || value === undefined ? '' : formatDecimal(value));

function cellOf(scope: string, id: string | null, period: string): string {
  return `${scope} ${id ?? '-'} ${period}`;
}
