import { useLocation, useNavigate } from 'react-router';

/** Handed over in the history state by the list a record was opened from: the order of its rows. */
export interface ListOrder {
  ids: readonly string[];
  /** The address of the list, to go back to it as it was. */
  from?: string;
}

export interface Neighbours {
  at: number;
  of: number;
  previous: (() => void) | null;
  next: (() => void) | null;
}

/** The records before and after this one in the list it was opened from; null when it was not opened from one. */
export function useNeighbours(type: string, id: string): Neighbours | null {
  const location = useLocation();
  const navigate = useNavigate();
  const order = orderOf(location.state);
  const at = order?.ids.indexOf(id) ?? -1;
  if (!order || at < 0) return null;
  const to = (index: number) => {
    const target = order.ids[index];
    return target ? () => void navigate(`/${type}/${target}`, { state: location.state, replace: true }) : null;
  };
  return { at: at + 1, of: order.ids.length, previous: to(at - 1), next: to(at + 1) };
}

export function orderOf(state: unknown): ListOrder | null {
  if (typeof state !== 'object' || state === null) return null;
  const order = 'order' in state ? state.order : state;
  if (Array.isArray(order)) return { ids: order as string[] };
  return typeof order === 'object' && order !== null && 'ids' in order && Array.isArray(order.ids)
    ? (order as ListOrder)
    : null;
}
