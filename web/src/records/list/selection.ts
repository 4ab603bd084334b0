/** Which rows are ticked. `everything` means every row the filter matches, loaded or not. */
export interface Selection {
  ids: ReadonlySet<string>;
  everything: boolean;
  /** Where a range starts. */
  anchor: string | null;
}

export const nothing: Selection = { ids: new Set(), everything: false, anchor: null };

export function isSelected(selection: Selection, id: string): boolean {
  return selection.everything || selection.ids.has(id);
}

/** Ticks or unticks one row and makes it the start of the next range. */
export function toggle(selection: Selection, id: string, order: readonly string[]): Selection {
  const ids = selection.everything ? new Set(order) : new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, everything: false, anchor: id };
}

/** Ticks everything between the start of the range and `id`; the start stays. */
export function extend(selection: Selection, id: string, order: readonly string[]): Selection {
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) return toggle(selection, id, order);
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...selection.ids, ...range]), everything: false, anchor: selection.anchor };
}

export function selectLoaded(order: readonly string[]): Selection {
  return { ids: new Set(order), everything: false, anchor: order[0] ?? null };
}

export const selectEverything = (order: readonly string[]): Selection => ({
  ids: new Set(order),
  everything: true,
  anchor: null,
});

export function sizeOf(selection: Selection, total: number): number {
  return selection.everything ? total : selection.ids.size;
}

/** Forgets rows that left the list. */
export function within(selection: Selection, order: readonly string[]): Selection {
  const present = new Set(order);
  const ids = [...selection.ids].filter((id) => present.has(id));
  return ids.length === selection.ids.size ? selection : { ...selection, ids: new Set(ids) };
}
