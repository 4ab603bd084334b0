export type ConditionKind = 'fields' | 'filter' | 'step' | 'document' | 'cost' | 'approval';
export const conditionKinds: readonly ConditionKind[] = ['fields', 'filter', 'step', 'document', 'cost', 'approval'];

export interface Condition {
  key: string;
  kind: ConditionKind;
  label?: string;
  fields?: string[];
  filter?: string;
  step?: string;
  document?: string;
}

export interface Escalation {
  hours: number;
  to: string;
}

export interface Step {
  key: string;
  subject: string;
  role?: string;
  hours?: number;
  team?: string;
  shows?: string[];
  fills?: string[];
  escalation?: Escalation[];
}

export interface Stage {
  key: string;
  name: string;
  probability: number;
  expectedDays?: number;
  guidance?: string;
  mayGoBack?: boolean;
  /** The forecast category of deals in it; none: by probability. */
  forecast?: string;
  steps?: Step[];
  entry?: Condition[];
  exit?: Condition[];
}

export interface Definition {
  stages: Stage[];
  winReasons?: string[];
  lossReasons?: string[];
}

export interface Process {
  id: string;
  version: number;
  name: string;
  productLine?: string;
  customerLevel?: string;
  isDefault: boolean;
  active: boolean;
  edition?: number;
  definition: Definition;
}

export interface Check {
  ok: boolean;
  problems: { stage: string | null; part: string | null; text: string; warning: boolean }[];
  stages: { stage: string; name: string; deals: number; gone: boolean }[];
}

export interface Landings {
  edition: number;
  deals: number;
  others: number;
  unmet: number;
  groups: { from: string; name: string; to: string | null; deals: number }[];
  items: { id: string; name: string; edition: number; from: string; to: string | null; unmet: string[] }[];
}

export interface Editions {
  editions: { edition: number; at: string; running: number }[];
  moves: { id: string; edition: number; at: string; by: string | null; deals: number; undone: boolean }[];
}

/** A key that no stage, step or condition of the process has yet. */
export function freshKey(definition: Definition, prefix: string): string {
  const used = new Set(
    definition.stages.flatMap((stage) => [
      stage.key,
      ...[...(stage.steps ?? []), ...(stage.entry ?? []), ...(stage.exit ?? [])].map(({ key }) => key),
    ]),
  );
  let number = 1;
  while (used.has(`${prefix}-${number}`)) number++;
  return `${prefix}-${number}`;
}

/** The list with the item at one place moved by one; unchanged at the ends. */
export function shifted<T>(items: readonly T[], at: number, by: -1 | 1): T[] {
  const next = [...items];
  if (at + by < 0 || at + by >= items.length) return next;
  next.splice(at + by, 0, next.splice(at, 1)[0]!);
  return next;
}

/** The list with one item changed; removed when there is no change to make. */
export function replaced<T>(items: readonly T[], at: number, part: Partial<T> | null): T[] {
  return part === null ? items.filter((_, place) => place !== at) : items.map((item, place) => (place === at ? { ...item, ...part } : item));
}

/** Without the members that say nothing, as the server keeps it. */
export function tidy(definition: Definition): Definition {
  return JSON.parse(
    JSON.stringify(definition, (_, value: unknown) =>
      value === '' || value === null || (Array.isArray(value) && value.length === 0) ? undefined : value,
    ),
  ) as Definition;
}
