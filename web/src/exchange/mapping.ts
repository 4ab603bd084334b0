import type { Field, Labels, RecordType } from '../api/types';
import { labelOf } from '../language';
import { isEditable } from '../records/fields/FieldInput';

/** Column name of the file → field; a column that is left out is not imported. */
export type Mapping = Record<string, string>;

export interface MappingProblem {
  kind: 'nothingMapped' | 'requiredMissing' | 'keyMissing';
  field?: string;
}

/** A field that a column may go into: of the noun itself, a part of a name, or of the noun that comes in the same sheet. */
export interface Target {
  path: string;
  labels: Labels;
  required: boolean;
  field: Field;
  /** The noun's name when it is the one beside. */
  beside: string | null;
}

const parts = {
  family: { 'zh-Hans': '姓', 'zh-Hant': '姓', en: 'Family name' },
  given: { 'zh-Hans': '名', 'zh-Hant': '名', en: 'Given name' },
  middle: { 'zh-Hans': '中间名', 'zh-Hant': '中間名', en: 'Middle name' },
} as const;

/** What a file may fill: everything the caller may edit, the id for updates, and what only an import may set. */
export function targetsOf(type: RecordType, beside: RecordType | undefined, keepCreated: boolean): Target[] {
  const own = type.fields
    .filter(({ name }) => name === 'id' || (keepCreated && (name === 'createdAt' || name === 'createdBy')))
    .concat(type.fields.filter((field) => isEditable(field) && field.kind !== 'address'));
  return [
    ...own.flatMap((field) => withParts(field, field.name, null, type)),
    ...(beside?.fields ?? [])
      .filter(
        (field) =>
          isEditable(field) && field.kind !== 'address' && (field.kind !== 'reference' || field.reference === 'users'),
      )
      .flatMap((field) => withParts(field, `${beside!.type}.${field.name}`, beside!.type, beside!)),
  ];
}

function withParts(field: Field, path: string, beside: string | null, type: RecordType): Target[] {
  const whole = { path, labels: field.labels, required: field.required, field, beside };
  // Parts of a name are for people; companies have theirs in one piece.
  if (field.name !== type.titleField || field.kind !== 'text' || !type.fields.some(({ name }) => name === 'reportsTo'))
    return [whole];
  return [
    whole,
    ...Object.entries(parts).map(([part, labels]) => ({
      path: `${path}.${part}`,
      labels: labels as Labels,
      required: false,
      field,
      beside,
    })),
  ];
}

export function targetLabel(target: Target | undefined, path: string): string {
  return labelOf(target?.labels, path);
}

/** Headers that mean the same: width, case, spaces, brackets and marks such as `*` do not count. */
export function normalHeader(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[(（【[][^)）】\]]*[)）】\]]/g, '')
    .replace(/[\s*_＊\-/:：.。、]/g, '');
}

/** Lists take several columns, other fields one. */
const takesMany = (target: Target) => ['tags', 'choices', 'contactPoints'].includes(target.field.kind);

/**
 * Fills what the server did not guess: an equal label in any language or an equal field name.
 * A field is used once; guesses already made win.
 */
export function completeMapping(
  columns: readonly string[],
  guessed: Mapping,
  targets: readonly Target[],
  guesses = true,
): Mapping {
  const known = new Map(targets.map((target) => [target.path, target]));
  const mapping: Mapping = {};
  const used = new Set<string>();
  for (const column of columns) {
    const path = guessed[column];
    const target = path ? known.get(path) : undefined;
    if (path && target && (!used.has(path) || takesMany(target))) {
      mapping[column] = path;
      used.add(path);
    }
  }
  for (const column of guesses ? columns : []) {
    if (mapping[column]) continue;
    const header = normalHeader(column);
    const target = targets.find(
      ({ path, labels, beside, field }) =>
        !beside &&
        !used.has(path) &&
        [field.name === path ? path : '', ...Object.values(labels)].some(
          (label) => header !== '' && normalHeader(label ?? '') === header,
        ),
    );
    if (target) {
      mapping[column] = target.path;
      used.add(target.path);
    }
  }
  return mapping;
}

/** Gives a field to `column` (null: do not import it) and takes it from the column that had it, unless it takes several. */
export function assign(mapping: Mapping, column: string, path: string | null, many = false): Mapping {
  const kept = Object.entries(mapping).filter(([other, name]) => other !== column && (many || name !== path));
  return Object.fromEntries(path ? [...kept, [column, path]] : kept);
}

export const mayTakeMany = takesMany;

/** What stands in the way of a run with this mapping. Required fields matter only when records are created. */
export function mappingProblems(
  mapping: Mapping,
  targets: readonly Target[],
  titles: readonly string[],
  mode: 'create' | 'update' | 'both',
  key: string | null,
): MappingProblem[] {
  const mapped = new Set(Object.values(mapping));
  if (mapped.size === 0) return [{ kind: 'nothingMapped' }];
  const problems: MappingProblem[] = [];
  const has = (path: string) => [...mapped].some((name) => name === path || name.startsWith(`${path}.`));
  for (const title of mode === 'update' ? [] : titles) {
    const target = targets.find(({ path }) => path === title);
    const prefix = target?.beside ? `${target.beside}.` : null;
    const speaksOf = [...mapped].some((name) =>
      prefix ? name.startsWith(prefix) : !targets.some(({ path, beside }) => path === name && beside),
    );
    if (target?.required && speaksOf && !has(title)) problems.push({ kind: 'requiredMissing', field: title });
  }
  if (mode !== 'create' && (!key || !mapped.has(key)))
    problems.push(key ? { kind: 'keyMissing', field: key } : { kind: 'keyMissing' });
  return problems;
}

/** The saved mapping that was made for such a file: all its columns are there. The one with most columns wins. */
export function fittingMapping<T extends { options: { mapping?: Mapping } }>(
  columns: readonly string[],
  saved: readonly T[],
): T | undefined {
  const there = new Set(columns);
  return saved
    .filter(({ options }) => {
      const wanted = Object.keys(options.mapping ?? {});
      return wanted.length > 0 && wanted.every((column) => there.has(column));
    })
    .sort((a, b) => Object.keys(b.options.mapping ?? {}).length - Object.keys(a.options.mapping ?? {}).length)[0];
}

/** A block pasted from a spreadsheet becomes the file that is uploaded: tabs are columns, quotes are kept. */
export function pastedFile(text: string): File {
  const isTable = text.includes('\t');
  const isCard = /^\s*BEGIN:VCARD/i.test(text);
  return new File([text], isCard ? 'pasted.vcf' : isTable ? 'pasted.tsv' : 'pasted.csv', {
    type: isCard ? 'text/vcard' : isTable ? 'text/tab-separated-values' : 'text/csv',
  });
}
