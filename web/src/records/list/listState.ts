import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useSession } from '../../api/session';
import type { Density, Me, RecordType, SavedView, ViewDefinition } from '../../api/types';
import { both, quote } from '../filter/filter';

export type BuiltInView = 'mine' | 'team' | 'all';

/** What the list shows now: the view's own definition with what the address adds to it. */
export interface ListState {
  view: string;
  saved: SavedView | null;
  /** The condition of a built-in view, which no chip takes away. */
  base: string;
  filter: string;
  sort: string;
  columns: string[] | null;
  density: Density;
  /** The field whose values head the rows, or ''. */
  group: string;
  q: string;
  /** Whether the address differs from the view. */
  changed: boolean;
}

export interface ListChange {
  filter?: string;
  sort?: string;
  columns?: string[] | null;
  density?: Density;
  group?: string;
  q?: string;
}

export function hasOwner(description: RecordType): boolean {
  return description.fields.some((field) => field.name === 'owner' && field.reference === 'users');
}

export function builtInViews(description: RecordType, me: Me): BuiltInView[] {
  if (!hasOwner(description)) return ['all'];
  return me.team ? ['mine', 'team', 'all'] : ['mine', 'all'];
}

export function baseOf(view: string, me: Me): string {
  if (view === 'mine') return 'owner = me';
  if (view === 'team' && me.team) return `owner.team = ${quote(me.team.name)}`;
  return '';
}

/** Lays the address over the view. Exported for its tests. */
export function resolve(
  parameters: URLSearchParams,
  description: RecordType,
  views: readonly SavedView[],
  me: Me,
  otherwise: BuiltInView = 'all',
): ListState {
  const builtIn = builtInViews(description, me);
  const asked = parameters.get('view');
  const saved = views.find((view) => view.id === asked) ?? null;
  const view = saved ? saved.id : builtIn.includes(asked as BuiltInView) ? asked! : otherwise;
  const definition: ViewDefinition = saved?.definition ?? {};
  const columns = parameters.get('columns')?.split(',').filter(Boolean) ?? null;
  return {
    view,
    saved,
    base: saved ? '' : baseOf(view, me),
    filter: parameters.get('filter') ?? definition.filter ?? '',
    sort: parameters.get('sort') ?? definition.sort ?? description.list.sort ?? '',
    columns: columns ?? definition.columns ?? null,
    density: (parameters.get('density') as Density | null) ?? definition.density ?? me.preferences.density ?? 'normal',
    group: parameters.get('group') ?? definition.group ?? '',
    q: parameters.get('q') ?? '',
    changed: ['filter', 'sort', 'columns', 'density', 'group'].some((name) => parameters.has(name)),
  };
}

/** What the list asks the server for. */
export const wholeFilter = (state: ListState) => both(state.base, state.filter);

/** The parameters after a change; what equals the view is left out, so that the address stays short. */
export function change(
  parameters: URLSearchParams,
  description: RecordType,
  state: ListState,
  next: ListChange,
): URLSearchParams {
  const result = new URLSearchParams(parameters);
  const definition = state.saved?.definition ?? {};
  const put = (name: string, value: string, own: string) =>
    value === own ? result.delete(name) : result.set(name, value);
  if (next.filter !== undefined) put('filter', next.filter, definition.filter ?? '');
  if (next.sort !== undefined) put('sort', next.sort, definition.sort ?? description.list.sort ?? '');
  if (next.columns !== undefined)
    put(
      'columns',
      (next.columns ?? []).join(','),
      (definition.columns ?? (next.columns ? description.list.columns : [])).join(','),
    );
  if (next.group !== undefined) put('group', next.group, definition.group ?? '');
  if (next.q !== undefined) put('q', next.q, '');
  if (next.density !== undefined) result.delete('density');
  return result;
}

/** What of the address is the list's; the rest, such as a board's process, stays when another view is opened. */
const own = ['view', 'filter', 'sort', 'columns', 'density', 'group', 'q'];

/** @param otherwise The view where the address names none, if it is not everything; every view is named in the address then. */
export function useListState(description: RecordType, views: readonly SavedView[], otherwise?: BuiltInView) {
  const { me } = useSession();
  const [parameters, setParameters] = useSearchParams();
  const state = useMemo(() => resolve(parameters, description, views, me, otherwise), [parameters, description, views, me, otherwise]);
  const set = useCallback(
    (next: ListChange) =>
      setParameters((old) => change(old, description, resolve(old, description, views, me, otherwise), next), { replace: true }),
    [setParameters, description, views, me, otherwise],
  );
  const open = useCallback(
    (view: string) =>
      setParameters((old) => {
        const rest = new URLSearchParams([...old].filter(([name]) => !own.includes(name)));
        if (view !== 'all' || otherwise) rest.set('view', view);
        return rest;
      }),
    [setParameters, otherwise],
  );
  return { state, set, open };
}

/** The same records in another shape: a board's as a list, with its view, filter and words. */
export function addressOf(path: string, state: ListState, more: Record<string, string> = {}): string {
  const given = { ...(state.view !== 'all' && { view: state.view }), ...(state.filter !== (state.saved?.definition.filter ?? '') && { filter: state.filter }), ...(state.q && { q: state.q }), ...more };
  const words = new URLSearchParams(given).toString();
  return words ? `${path}?${words}` : path;
}
