import type { Labels } from '../api/types';

/** Column name of the file → field name; a column that is left out is not imported. */
export type Mapping = Record<string, string>;

export interface MappableField {
  name: string;
  labels: Labels;
  required?: boolean;
  readOnly?: boolean;
}

/** Headers that mean the same: width, case, spaces, brackets and marks such as `*` do not count. */
export function normalHeader(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[(（【[][^)）】\]]*[)）】\]]/g, '')
    .replace(/[\s*_＊\-/:：.。、]/g, '');
}

/**
 * Fills what the server did not guess: an equal label in any language or an equal field name.
 * A field is used once; guesses already made win.
 */
export function completeMapping(
  columns: readonly string[],
  guessed: Mapping,
  fields: readonly MappableField[],
): Mapping {
  const known = new Set(fields.map(({ name }) => name));
  const mapping: Mapping = {};
  const used = new Set<string>();
  for (const column of columns) {
    const field = guessed[column];
    if (field && known.has(field) && !used.has(field)) {
      mapping[column] = field;
      used.add(field);
    }
  }
  for (const column of columns) {
    if (mapping[column]) {
      continue;
    }
    const header = normalHeader(column);
    const field = fields.find(
      ({ name, labels }) =>
        !used.has(name) &&
        [name, ...Object.values(labels)].some((label) => header !== '' && normalHeader(label ?? '') === header),
    );
    if (field) {
      mapping[column] = field.name;
      used.add(field.name);
    }
  }
  return mapping;
}

/** Gives `field` to `column` (null: do not import it) and takes it from the column that had it. */
export function assign(mapping: Mapping, column: string, field: string | null): Mapping {
  const kept = Object.entries(mapping).filter(([other, name]) => other !== column && name !== field);
  return Object.fromEntries(field ? [...kept, [column, field]] : kept);
}

export interface MappingProblem {
  kind: 'nothingMapped' | 'requiredMissing' | 'keyMissing';
  field?: string;
}

/** What stands in the way of a run with this mapping. Required fields matter only when records are created. */
export function mappingProblems(
  mapping: Mapping,
  fields: readonly MappableField[],
  mode: 'create' | 'update' | 'both',
  key: string | null,
): MappingProblem[] {
  const mapped = new Set(Object.values(mapping));
  if (mapped.size === 0) {
    return [{ kind: 'nothingMapped' }];
  }
  const problems: MappingProblem[] = [];
  if (mode !== 'update') {
    for (const { name, required, readOnly } of fields) {
      if (required && !readOnly && !mapped.has(name)) {
        problems.push({ kind: 'requiredMissing', field: name });
      }
    }
  }
  if (mode !== 'create' && (!key || !mapped.has(key))) {
    problems.push(key ? { kind: 'keyMissing', field: key } : { kind: 'keyMissing' });
  }
  return problems;
}

/** A block pasted from a spreadsheet becomes the file that is uploaded: tabs are columns, quotes are kept. */
export function pastedFile(text: string): File {
  const isTable = text.includes('\t');
  return new File([text], isTable ? 'pasted.tsv' : 'pasted.csv', {
    type: isTable ? 'text/tab-separated-values' : 'text/csv',
  });
}
