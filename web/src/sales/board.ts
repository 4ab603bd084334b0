import type { AnyRecord, Money, Reference } from '../api/types';

export interface Card extends AnyRecord {
  name: string;
  customer?: Reference;
  amount?: Money;
  homeAmount?: Money;
  probability?: number;
  expectedClose?: string;
  stageSince?: string;
  nextActivityAt?: string;
  owner?: Reference;
}

export interface Column {
  stage: string;
  name: string;
  expectedDays: number;
  guidance: string | null;
  count: number;
  sum: number;
  weighted: number;
  deals: Card[];
}

export interface Board {
  process: string;
  columns: Column[];
}

export interface Missing {
  condition: string;
  kind: 'fields' | 'filter' | 'step' | 'document' | 'cost' | 'approval';
  stage: string;
  label: string;
  fields: string[];
  task?: string | null;
  /** Who owes the step now, and since when. */
  owes?: string | null;
  since?: string | null;
  due?: string | null;
  met?: boolean;
  excused?: boolean;
}

export interface Gate {
  from: string;
  to: string;
  guidance: string | null;
  open: boolean;
  items: Missing[];
  stages: { key: string; name: string }[];
  winReasons: string[];
  lossReasons: string[];
}

const day = 86_400_000;

/** How the next activity stands: what is overdue wants attention first, then what has nothing planned. */
export function attention(card: Pick<Card, 'nextActivityAt'>, now: number): 'overdue' | 'today' | 'planned' | 'none' {
  if (!card.nextActivityAt) return 'none';
  const at = Date.parse(card.nextActivityAt);
  if (at < now) return 'overdue';
  return new Date(at).toDateString() === new Date(now).toDateString() ? 'today' : 'planned';
}

/** Whole days a deal has been in its stage. */
export function daysIn(card: Pick<Card, 'stageSince'>, now: number): number {
  return card.stageSince ? Math.max(0, Math.floor((now - Date.parse(card.stageSince)) / day)) : 0;
}

export function isStalled(card: Pick<Card, 'stageSince'>, expectedDays: number, now: number): boolean {
  return expectedDays > 0 && daysIn(card, now) > expectedDays;
}

/** The board after a card has gone to another column: counts and sums go with it, so that nothing jumps when the server has answered. */
export function moved(board: Board, id: string, to: string): Board {
  const from = board.columns.find((column) => column.deals.some((deal) => deal.id === id));
  const card = from?.deals.find((deal) => deal.id === id);
  if (!from || !card || from.stage === to) return board;
  const amount = Number(card.homeAmount?.amount ?? 0);
  const weighted = (amount * (card.probability ?? 0)) / 100;
  return {
    ...board,
    columns: board.columns.map((column) => {
      if (column.stage === from.stage)
        return {
          ...column,
          count: column.count - 1,
          sum: column.sum - amount,
          weighted: column.weighted - weighted,
          deals: column.deals.filter((deal) => deal.id !== id),
        };
      if (column.stage === to)
        return {
          ...column,
          count: column.count + 1,
          sum: column.sum + amount,
          weighted: column.weighted + weighted,
          deals: [card, ...column.deals],
        };
      return column;
    }),
  };
}

/** The month so many months later, as 2026-11. */
export function monthAfter(month: string, by: number): string {
  return new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + by, 1)).toISOString().slice(0, 7);
}

/** The days of a month in their order; weekdays from 1, Monday. */
export function daysOfMonth(month: string): { day: string; weekday: number; first: boolean }[] {
  const [year, index] = [Number(month.slice(0, 4)), Number(month.slice(5)) - 1];
  return Array.from({ length: new Date(Date.UTC(year, index + 1, 0)).getUTCDate() }, (_, at) => {
    const date = new Date(Date.UTC(year, index, at + 1));
    return { day: date.toISOString().slice(0, 10), weekday: date.getUTCDay() || 7, first: at === 0 };
  });
}

/** The names of the days of a week, Monday first. */
export function weekdays(language: string): string[] {
  const name = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' });
  return daysOfMonth('2024-01').slice(0, 7).map(({ day }) => name.format(Date.parse(day)));
}

/** Whether an open deal should have been closed before today. */
export const isPast = ({ expectedClose }: Pick<Card, 'expectedClose'>, today: string) =>
  Boolean(expectedClose && expectedClose < today);
