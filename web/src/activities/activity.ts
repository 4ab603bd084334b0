import type { AnyRecord, Reference, Value } from '../api/types';
import type { IconName } from '../look/icons';

export type ActivityKind = 'call' | 'visit' | 'meeting' | 'task' | 'note' | 'email' | 'message';

/** In the order of their number keys. */
export const writtenKinds = ['call', 'visit', 'meeting', 'task', 'note'] as const satisfies readonly ActivityKind[];

const icons: Record<ActivityKind, IconName> = {
  call: 'phone',
  visit: 'visit',
  meeting: 'team',
  task: 'check',
  note: 'note',
  email: 'mail',
  message: 'mail',
};

export function kindOf(activity: AnyRecord): ActivityKind {
  const kind = String(activity.kind ?? 'note') as ActivityKind;
  return kind in icons ? kind : 'note';
}

export function iconOfKind(kind: ActivityKind): IconName {
  return icons[kind];
}

export function isOpen(activity: AnyRecord): boolean {
  return activity.status === 'planned' || activity.status === 'open';
}

/** When it is to be done, for something planned; otherwise when it happened. */
export function momentOf(activity: AnyRecord): string | null {
  const moment = isOpen(activity)
    ? (activity.dueAt ?? activity.at)
    : (activity.at ?? activity.doneAt ?? activity.createdAt);
  return typeof moment === 'string' ? moment : null;
}

export function isOverdue(activity: AnyRecord, now: Date): boolean {
  const moment = momentOf(activity);
  return isOpen(activity) && moment !== null && Date.parse(moment) < now.getTime();
}

export function referenceOf(value: Value): Reference | null {
  return typeof value === 'object' && value !== null && 'id' in value && 'name' in value ? (value as Reference) : null;
}

/** The first sentence of what was written: what a list shows of it. */
export function subjectOf(text: string, longest = 60): string {
  const firstLine = text.trim().split('\n', 1)[0]!.trim();
  if (firstLine.length <= longest) return firstLine;
  const sentence = /^.{8,}?[。！？!?；;]/.exec(firstLine.slice(0, longest))?.[0];
  return sentence ?? `${firstLine.slice(0, longest - 1)}…`;
}
