import type { ChipColor, Choice, Field, FieldKind, Labels } from '../api/types';

/** What a custom field is made of; the name is what programs call it and never changes. */
export interface FieldDefinition {
  name: string;
  kind: FieldKind;
  labels: Labels;
  help: Labels | null;
  required: boolean;
  choices: Choice[] | null;
  reference: string | null;
  formula: string | null;
  section: string | null;
  /** Personal: it goes with the person, can be masked, and reading it is recorded. */
  sensitive: boolean;
  mask: 'usual' | 'identifier' | 'account';
  position?: number;
}

/** Kinds an administrator may choose, the common ones first. */
export const customKinds: readonly FieldKind[] = [
  'text',
  'longText',
  'number',
  'integer',
  'money',
  'date',
  'instant',
  'time',
  'yesNo',
  'choice',
  'choices',
  'tags',
  'email',
  'phone',
  'link',
  'address',
  'reference',
  'rating',
  'birthday',
  'contactPoints',
  'formula',
];

export const chipColors: readonly ChipColor[] = ['grey', 'blue', 'green', 'amber', 'red', 'violet'];

export const blankDefinition: FieldDefinition = {
  name: '',
  kind: 'text',
  labels: {},
  help: null,
  required: false,
  choices: null,
  reference: null,
  formula: null,
  section: 'custom',
  sensitive: false,
  mask: 'usual',
};

export function definitionOf(field: Field & { formula?: string | null }): FieldDefinition {
  return {
    name: field.name,
    kind: field.kind,
    labels: field.labels,
    help: field.help ?? null,
    required: field.required,
    choices: field.choices ?? null,
    reference: field.reference ?? null,
    formula: field.formula ?? null,
    section: field.section ?? 'custom',
    sensitive: field.sensitive ?? false,
    mask: field.mask ?? 'usual',
  };
}

/** A name programs can use, from an English label: "Machine type" → machineType; Chinese alone gives `field` and a number. */
export function nameFrom(labels: Labels, taken: ReadonlySet<string>): string {
  const words = (labels.en ?? '').match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words
    .map((word, index) => (index === 0 ? word.toLowerCase() : word[0]!.toUpperCase() + word.slice(1).toLowerCase()))
    .join('');
  const base = (/^[a-z]/.test(joined) ? joined : `field${joined}`).slice(0, 36);
  let name = base === 'field' ? 'field1' : base;
  for (let number = 2; taken.has(name); number++) name = `${base}${number}`;
  return name;
}

export const isName = (name: string): boolean => /^[a-z][A-Za-z0-9]{0,39}$/.test(name);

/** Choices typed one a line; the ones that exist keep their value, colour and retirement. */
export function choicesFromLines(text: string, known: readonly Choice[]): Choice[] {
  const seen = new Set<string>();
  const choices: Choice[] = [];
  for (const line of text.split('\n').map((part) => part.trim()))
    if (line && !seen.has(line)) {
      seen.add(line);
      const old = known.find((choice) => choice.value === line || Object.values(choice.labels).includes(line));
      choices.push(old ?? { value: line, labels: { 'zh-Hans': line }, color: 'grey', retired: false });
    }
  return choices;
}

export function move<T>(items: readonly T[], from: number, to: number): T[] {
  if (to < 0 || to >= items.length) return [...items];
  const next = [...items];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}
