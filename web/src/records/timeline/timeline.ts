import type { AnyRecord, Reference, Value } from '../../api/types';

export interface FieldChange {
  field: string;
  old: Value;
  new: Value;
}

/** One line of the ledger as the API shows it to somebody who may see the record. */
export interface HistoryItem {
  seq: number;
  at: string;
  actor: Reference | null;
  surface: string;
  action: string;
  changes: FieldChange[];
}

export interface TimelineItem {
  at: string;
  kind: 'activity' | 'change' | 'comment';
  activity?: AnyRecord;
  change?: HistoryItem;
  comment?: { id: string; actor: Reference | null; text: string };
}

export interface TimelinePage {
  items: TimelineItem[];
  next: string | null;
}

export type TimelineFilter = 'all' | 'call' | 'visit' | 'meeting' | 'task' | 'note' | 'change';

export const timelineFilters: readonly TimelineFilter[] = ['all', 'call', 'visit', 'meeting', 'task', 'note', 'change'];

export function fits(item: TimelineItem, filter: TimelineFilter): boolean {
  if (filter === 'all') return true;
  if (filter === 'change') return item.kind === 'change';
  if (filter === 'note' && item.kind === 'comment') return true;
  return (
    item.kind === 'activity' &&
    (item.activity?.kind === filter || (filter === 'note' && item.activity?.kind === 'email'))
  );
}

export interface Day {
  date: string;
  items: TimelineItem[];
}

/** Items under the day they happened on, where the reader is; the order is kept. */
export function byDay(items: readonly TimelineItem[], dateOf: (at: string) => string): Day[] {
  const days: Day[] = [];
  for (const item of items) {
    const date = dateOf(item.at);
    if (days.at(-1)?.date === date) days.at(-1)!.items.push(item);
    else days.push({ date, items: [item] });
  }
  return days;
}
