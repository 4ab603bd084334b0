import { type RefObject, useEffect, useMemo, useRef } from 'react';
import type { AnyRecord, Field } from '../../api/types';
import { hasCommandKey, isComposing, isTyping } from '../../look/keys';
import { usePageCommands } from '../../shell/overlays';
import type { GridHandle } from './Grid';
import { moved, type Place } from './moves';
import type { RowActions } from './Row';

interface GridKeys {
  latest: RefObject<{ items: readonly AnyRecord[]; order: readonly string[]; columns: readonly Field[]; place: Place }>;
  grid: RefObject<GridHandle | null>;
  goTo: (place: Place) => void;
  actions: RowActions;
  enabled: boolean;
  onPeek: () => void;
  onEscape: () => void;
  onEditRecord: (record: AnyRecord) => void;
  onCreate: (() => void) | null;
  onSearch: () => void;
  onFilter: () => void;
  onSelectAll: () => void;
  onExtend: (row: number) => void;
}

const movers = ['j', 'k', 'ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'PageDown', 'PageUp', 'Home', 'End'];

/** The keys of a list work wherever the focus is, as long as nobody types and nothing modal is open. */
export function useGridKeys(keys: GridKeys): void {
  const current = useRef(keys);
  current.current = keys;

  const commands = useMemo(() => {
    const here = () => current.current.latest.current;
    const onRow = (act: (record: AnyRecord, row: number) => void) => () => {
      const { items, place } = here();
      const record = items[place.row];
      if (record) act(record, place.row);
    };
    const move = (event: KeyboardEvent) => {
      const { items, columns, place } = here();
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const next = moved(place, key, items.length, columns.length, current.current.grid.current?.pageRows() ?? 10);
      if (!next) return;
      if (event.shiftKey && next.row !== place.row) current.current.onExtend(next.row);
      current.current.goTo(next);
    };
    const own = (act: (event: KeyboardEvent) => void) => (event: KeyboardEvent) => {
      // A button or link that has the focus keeps its Enter and Space.
      const target =
        event.target instanceof HTMLElement
          ? event.target.closest<HTMLElement>('button, a[href], summary, input')
          : null;
      if (target) target.click();
      else act(event);
    };
    return {
      ...Object.fromEntries(movers.map((key) => [key, move])),
      Enter: own(() => {
        const { place } = here();
        if (place.cell >= 0) current.current.actions.edit(place.row, place.cell);
        else current.current.actions.open(place.row);
      }),
      F2: () => {
        const { place } = here();
        if (place.row >= 0) current.current.actions.edit(place.row, Math.max(0, place.cell));
      },
      ' ': own(() => current.current.onPeek()),
      e: onRow((record) => current.current.onEditRecord(record)),
      x: (event: KeyboardEvent) => onRow((record) => current.current.actions.toggle(record.id, event.shiftKey))(),
      c: () => current.current.onCreate?.(),
      f: () => current.current.onFilter(),
      '/': () => current.current.onSearch(),
      Escape: () => current.current.onEscape(),
    };
  }, []);
  const searchOnly = useMemo(() => ({ '/': commands['/'], c: commands.c }), [commands]);
  usePageCommands(keys.enabled ? commands : searchOnly);

  useEffect(() => {
    if (!keys.enabled) return undefined;
    const pressed = (event: KeyboardEvent) => {
      if (!hasCommandKey(event) || event.key.toLowerCase() !== 'a' || isTyping(event) || isComposing(event)) return;
      if (document.querySelector('dialog[open], .popover, .ant-drawer-open')) return;
      event.preventDefault();
      current.current.onSelectAll();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [keys.enabled]);
}
