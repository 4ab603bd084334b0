export interface SortKey {
  field: string;
  descending: boolean;
}

/** Reads `-lastActivityAt,name`. */
export function readSort(text: string | null | undefined): SortKey[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '-')
    .map((part) =>
      part.startsWith('-') ? { field: part.slice(1), descending: true } : { field: part, descending: false },
    );
}

export function writeSort(keys: readonly SortKey[]): string {
  return keys.map(({ field, descending }) => (descending ? `-${field}` : field)).join(',');
}

/** A click on a header: ascending, descending, none. With Shift the other keys stay and this one follows them. */
export function cycleSort(keys: readonly SortKey[], field: string, keepOthers: boolean): SortKey[] {
  const current = keys.find((key) => key.field === field);
  const next: SortKey | null = !current
    ? { field, descending: false }
    : current.descending
      ? null
      : { field, descending: true };
  if (!keepOthers) return next ? [next] : [];
  if (!current) return next ? [...keys, next] : [...keys];
  return keys.flatMap((key) => (key.field === field ? (next ? [next] : []) : [key]));
}
