import type { Value, Values } from '../../api/types';
import { isEmpty, sameValue } from '../fields/values';

export interface FieldConflict {
  field: string;
  base: Value;
  mine: Value;
  theirs: Value;
}

export interface ConflictMerge {
  /** Fields that only I changed: they go in without a question. */
  mine: Values;
  /** Fields that both changed to different values: a person has to choose. */
  conflicts: FieldConflict[];
  /** Fields that only the others changed: kept as they are, told to the reader. */
  theirs: string[];
}

/** Three-way merge of a record that somebody else saved while this draft was open. */
export function mergeConflict(
  fields: readonly { name: string; kind: string }[],
  base: Values,
  draft: Values,
  current: Values,
): ConflictMerge {
  const merge: ConflictMerge = { mine: {}, conflicts: [], theirs: [] };
  for (const { name, kind } of fields) {
    const iChanged = name in draft && !sameValue(kind, base[name], draft[name]);
    const theyChanged = !sameValue(kind, base[name], current[name]);
    if (iChanged && theyChanged && !sameValue(kind, draft[name], current[name])) {
      merge.conflicts.push({ field: name, base: base[name], mine: draft[name], theirs: current[name] });
    } else if (iChanged && !theyChanged) {
      merge.mine[name] = draft[name];
    } else if (theyChanged && !iChanged) {
      merge.theirs.push(name);
    }
  }
  return merge;
}

export type Choice = 'mine' | 'theirs';

/** Preselects the side that has something to say; with both filled, mine, because I am the one saving. */
export function preselect({ mine, theirs }: FieldConflict): Choice {
  return isEmpty(mine) && !isEmpty(theirs) ? 'theirs' : 'mine';
}

/** What to send on top of the current version after the person has chosen. */
export function resolve(merge: ConflictMerge, choices: Readonly<Record<string, Choice>>): Values {
  const values: Values = { ...merge.mine };
  for (const conflict of merge.conflicts) {
    if ((choices[conflict.field] ?? preselect(conflict)) === 'mine') {
      values[conflict.field] = conflict.mine;
    }
  }
  return values;
}
