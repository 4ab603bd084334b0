import type { Field, RecordType } from '../../api/types';
import { labelOf } from '../../language';

const usual: Partial<Record<Field['kind'], number>> = {
  text: 160,
  longText: 240,
  number: 110,
  integer: 100,
  money: 140,
  date: 112,
  instant: 168,
  time: 80,
  yesNo: 80,
  choice: 120,
  choices: 200,
  tags: 200,
  email: 200,
  phone: 148,
  link: 180,
  address: 220,
  rating: 110,
  formula: 120,
  birthday: 112,
  contactPoints: 180,
};

/** Four Chinese characters with their padding. */
export const narrowest = 80;
export const widest = 640;
const titleWidth = 240;
/** A column grows as far as this for its heading or for the longest of its choices. */
const grown = 300;

export function widthOf(field: Field, isTitle: boolean): number {
  if (isTitle) return titleWidth;
  // People's names are short, companies' are not.
  const kind = field.kind === 'reference' ? (field.reference === 'users' ? 112 : 200) : (usual[field.kind] ?? 140);
  const words = [labelOf(field.labels, field.name)];
  if (field.kind === 'choice') for (const choice of field.choices ?? []) words.push(labelOf(choice.labels, choice.value));
  return Math.max(kind, Math.min(grown, Math.round(Math.max(...words.map(drawn))) + 48));
}

/** About how wide words are: a Chinese character takes as much room as two Latin letters. */
function drawn(words: string): number {
  let width = 0;
  for (const sign of words) width += sign.charCodeAt(0) > 0x2e7f ? 13 : 8;
  return width;
}

export const isNumeric = (field: Field) => ['number', 'integer', 'money'].includes(field.kind);

/** The columns in their order; the title is always first, because it is what stays in sight. */
export function columnsOf(description: RecordType, chosen: readonly string[] | null | undefined): Field[] {
  const byName = new Map(description.fields.filter((field) => !field.retired).map((field) => [field.name, field]));
  const names = chosen && chosen.length > 0 ? chosen : description.list.columns;
  const ordered = [description.titleField, ...names.filter((name) => name !== description.titleField)];
  const fields = [...new Set(ordered)].map((name) => byName.get(name)).filter((field) => field !== undefined);
  return fields.length > 0 ? fields : description.fields.slice(0, 1);
}

/** Fields nobody changes by typing over them: who owns it and where it stands move by their own actions. */
const guarded = new Set(['owner', 'stage', 'status']);

export function isEditableInPlace(field: Field, description: RecordType): boolean {
  return (
    description.rights.edit &&
    field.right === 'edit' &&
    !field.readOnly &&
    !field.computed &&
    !field.system &&
    !guarded.has(field.name)
  );
}

const storageKey = (type: string) => `guanxi.widths.${type}`;

export function readWidths(type: string): Record<string, number> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey(type)) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, number>) : {};
  } catch {
    return {};
  }
}

export function keepWidths(type: string, widths: Record<string, number>): void {
  try {
    localStorage.setItem(storageKey(type), JSON.stringify(widths));
  } catch {
    // Widths are a comfort; without storage they last for this visit.
  }
}

export const clampWidth = (width: number) => Math.round(Math.max(narrowest, Math.min(widest, width)));

/** Fields as people look for them: what the list shows first, then the form's, then the system's own; never bare ids. */
export function inOrder(description: RecordType): Field[] {
  const first = [description.titleField, ...description.list.columns, ...description.form];
  const rank = (field: Field) => {
    const at = first.indexOf(field.name);
    return at >= 0 ? at : first.length + (field.system ? 1 : 0);
  };
  return description.fields
    .filter((field) => !field.retired && field.name !== 'id' && field.name !== 'version')
    .sort((a, b) => rank(a) - rank(b));
}
