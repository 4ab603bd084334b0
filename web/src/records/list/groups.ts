import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { get } from '../../api/client';
import { keys } from '../../api/queries';
import type { AnyRecord, Field, RecordType, Value } from '../../api/types';
import { formatDate } from '../../look/format';
import { both, quote } from '../filter/filter';
import { isNumeric } from './columns';

/** A group's name for the program: the value as text, `''` for the rows that have none. */
export type GroupKey = string;

/** What was added up over some rows. */
export interface Totals {
  count: number;
  /** By field name; money with its currency, `null` where amounts of several currencies meet. */
  sums: Record<string, Value>;
}

const byMonth = (field: Field) => field.kind === 'date' || field.kind === 'instant';

/** Rows of a group have to stand together, so what groups must also sort. */
export function groupables(fields: readonly Field[]): Field[] {
  return fields.filter(
    (field) =>
      field.groupable && field.sortable && field.right !== 'masked' && !['version', 'id', 'name'].includes(field.name),
  );
}

export function groupKey(field: Field, value: Value): GroupKey {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'object' && 'id' in value) return String(value.id);
  return byMonth(field) ? formatDate(String(value)).slice(0, 7) : String(value);
}

/** The condition under which a record belongs to the group. */
export function groupFilter(field: Field, key: GroupKey): string {
  if (key === '') return `${field.name} = null`;
  if (byMonth(field)) return `(${field.name} >= ${key}-01 AND ${field.name} < ${nextMonth(key)}-01)`;
  return `${field.name} = ${['yesNo', 'rating', 'integer'].includes(field.kind) ? key : quote(key)}`;
}

function nextMonth(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** The filter without the rows of the groups that are folded. */
export function withoutGroups(filter: string, field: Field | null, folded: ReadonlySet<GroupKey>): string {
  if (!field || folded.size === 0) return filter;
  return both(filter, [...folded].map((key) => `NOT ${groupFilter(field, key)}`).join(' AND '));
}

/** The order of a grouped list: by group, then as the list is sorted. */
export function groupedSort(field: Field | null, sort: string): string {
  if (!field) return sort;
  const others = sort.split(',').filter((key) => key && key.replace(/^-/, '') !== field.name);
  // Somebody who sorts by the group's own field says which way round the groups stand.
  const own =
    sort.split(',').find((key) => key.replace(/^-/, '') === field.name) ?? (byMonth(field) ? '-' : '') + field.name;
  return [own, ...others].join(',');
}

export type Line = { kind: 'row'; index: number } | { kind: 'group'; key: GroupKey; value: Value; folded: boolean };

/** The folded groups with their values, and the order of the headings when one was last folded. */
export interface Folds {
  values: ReadonlyMap<GroupKey, Value>;
  order: readonly GroupKey[];
}

/** The lines of the list: its rows with a heading before each group; the heading of a folded group keeps its place. */
export function linesOf(items: readonly AnyRecord[], field: Field | null, folds: Folds): Line[] {
  const lines: Line[] = [];
  const waiting = new Map(folds.values);
  const placeOf = (key: GroupKey) => (folds.order.includes(key) ? folds.order.indexOf(key) : folds.order.length);
  const foldedBefore = (place: number) => {
    for (const key of folds.order)
      if (waiting.has(key) && placeOf(key) < place) {
        lines.push({ kind: 'group', key, value: waiting.get(key) ?? null, folded: true });
        waiting.delete(key);
      }
  };
  let last: GroupKey | null = null;
  items.forEach((item, index) => {
    if (field) {
      const key = groupKey(field, item[field.name]);
      if (key !== last) {
        foldedBefore(placeOf(key));
        lines.push({ kind: 'group', key, value: item[field.name], folded: false });
      }
      last = key;
    }
    lines.push({ kind: 'row', index });
  });
  foldedBefore(Infinity);
  return lines;
}

interface AggregateAnswer {
  groups: { keys: Value[]; values: (number | string | null)[] }[];
}

/** Numbers of the program's own that are amounts of something; all others are places, rates, days and limits. */
const amounts = new Set(['quantity', 'produced', 'shipped', 'delivered', 'returned', 'stock', 'employees', 'base', 'stretch']);

const adds = (field: Field) =>
  field.kind === 'money' ||
  (field.custom ? !Object.values(field.labels).some((label) => label?.includes('%')) : amounts.has(field.name));

export function summed(columns: readonly Field[]): Field[] {
  return columns.filter((field) => isNumeric(field) && adds(field) && field.right !== 'masked' && !field.computed).slice(0, 4);
}

function measures(fields: readonly Field[]): string {
  return [
    'count',
    ...fields.flatMap(({ kind, name }) =>
      kind === 'money' ? [`sum(${name})`, `currency(${name})`] : [`sum(${name})`],
    ),
  ].join(',');
}

function totalsOf(fields: readonly Field[], values: readonly (number | string | null)[]): Totals {
  const sums: Record<string, Value> = {};
  let at = 1;
  for (const { kind, name } of fields) {
    const sum = values[at++] ?? null;
    if (kind !== 'money') {
      if (sum !== null) sums[name] = sum;
    } else {
      const currency = values[at++];
      if (sum !== null && typeof currency === 'string')
        sums[name] = currency === '*' ? null : { amount: String(sum), currency };
    }
  }
  return { count: Number(values[0] ?? 0), sums };
}

/** Count and sums of each group, over the whole list and not only over the rows that are loaded. */
export function useGroupTotals(
  type: RecordType,
  field: Field | null,
  columns: readonly Field[],
  filter: string,
  q: string,
) {
  const fields = summed(columns);
  const measure = measures(fields);
  return useQuery({
    queryKey: [...keys.totals(type.type), 'groups', field?.name, measure, filter, q],
    queryFn: async ({ signal }) => {
      const answer = await get<AggregateAnswer>(`/${type.type}:aggregate`, {
        signal,
        query: { group: field!.name, measure, filter, q },
      });
      return new Map(answer.groups.map((group) => [groupKey(field!, group.keys[0]), totalsOf(fields, group.values)]));
    },
    enabled: field !== null,
    placeholderData: keepPreviousData,
  });
}

/** Sums over the whole list. */
export function useTotals(type: RecordType, columns: readonly Field[], filter: string, q: string, wanted: boolean) {
  const fields = summed(columns);
  const measure = measures(fields);
  return useQuery({
    queryKey: [...keys.totals(type.type), 'whole', measure, filter, q],
    queryFn: async ({ signal }) => {
      const answer = await get<AggregateAnswer>(`/${type.type}:aggregate`, { signal, query: { measure, filter, q } });
      return totalsOf(fields, answer.groups[0]?.values ?? []);
    },
    enabled: wanted && fields.length > 0,
    placeholderData: keepPreviousData,
  });
}
