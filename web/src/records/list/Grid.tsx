import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { AnyRecord, Density, Field, RecordType, Value } from '../../api/types';
import { Card } from './Card';
import { widthOf } from './columns';
import { GroupLine } from './GroupLine';
import type { GroupKey, Line, Totals } from './groups';
import { Header } from './Header';
import type { Place } from './moves';
import { keepPosition, positionOf } from './position';
import { Row, type RowActions } from './Row';
import { isSelected, type Selection } from './selection';
import type { SortKey } from './sorting';

const heights: Record<Density, number> = { compact: 28, normal: 36, roomy: 44 };
const cardHeight = 92;
const groupHeight = 40;
const checkWidth = 40;

export interface GridHandle {
  reveal: (index: number) => void;
  focus: () => void;
  pageRows: () => number;
  /** Keeps where the list stands, with the row the hand is about to leave for. */
  keep: (id: string) => void;
}

interface GridProps {
  description: RecordType;
  columns: readonly Field[];
  items: readonly AnyRecord[];
  /** What is drawn, top to bottom: rows, and headings of groups. */
  lines: readonly Line[];
  group: Field | null;
  groupTotals: ReadonlyMap<GroupKey, Totals> | undefined;
  onFold: (key: GroupKey, value: Value) => void;
  total: number;
  place: Place;
  selection: Selection;
  sort: readonly SortKey[];
  widths: Record<string, number>;
  density: Density;
  narrow: boolean;
  editors: ReadonlySet<string>;
  editing: string | null;
  actions: RowActions;
  /** The list's own address: its scroll position is kept under it. */
  address: string;
  cardState: unknown;
  hasMore: boolean;
  onMore: () => void;
  onCheckAll: () => void;
  onSort: (field: string, keepOthers: boolean) => void;
  onSetSort: (keys: SortKey[]) => void;
  onWidth: (field: string, width: number) => void;
  onMove: (field: string, before: string) => void;
  onHide: (field: string) => void;
  onFilter: (field: Field) => void;
  handle: RefObject<GridHandle | null>;
}

/** Only the rows in sight exist; a hundred thousand scroll like twenty. */
export function Grid(props: GridProps) {
  const {
    description,
    columns,
    items,
    lines,
    group,
    groupTotals,
    total,
    place,
    selection,
    density,
    narrow,
    editors,
    editing,
    actions,
    address,
    hasMore,
    onMore,
    handle,
  } = props;
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const height = narrow ? cardHeight : heights[density];
  const head = narrow ? 0 : 36;
  const kept = useRef(positionOf(address));

  const lineOf = useMemo(() => {
    const places: number[] = [];
    lines.forEach((line, at) => {
      if (line.kind === 'row') places[line.index] = at;
    });
    return places;
  }, [lines]);

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (lines[at]?.kind === 'group' ? groupHeight : height),
    overscan: 10,
    scrollPaddingStart: head,
    scrollPaddingEnd: 8,
    initialOffset: kept.current?.offset ?? 0,
    getItemKey: (at) => {
      const line = lines[at];
      return line?.kind === 'row' ? (items[line.index]?.id ?? at) : `group ${at}`;
    },
  });

  useLayoutEffect(() => virtual.measure(), [virtual, height, lines]);

  // The rows come back with the page; only the sideways place has to be put back by hand.
  useLayoutEffect(() => {
    if (scroller.current && kept.current) scroller.current.scrollLeft = kept.current.left;
  }, []);

  const latest = useRef({ address, id: null as string | null });
  latest.current = { address, id: items[place.row]?.id ?? null };
  useEffect(() => {
    const element = scroller.current;
    const keep = () => {
      if (element)
        keepPosition(latest.current.address, {
          offset: element.scrollTop,
          left: element.scrollLeft,
          id: latest.current.id,
        });
    };
    element?.addEventListener('scroll', keep, { passive: true });
    return () => element?.removeEventListener('scroll', keep);
  }, []);

  // Another filter or order is another list: it starts at its top, or where it was left.
  const shownAddress = useRef(address);
  useLayoutEffect(() => {
    if (shownAddress.current === address) return;
    shownAddress.current = address;
    virtual.scrollToOffset(positionOf(address)?.offset ?? 0);
  }, [address, virtual]);

  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= lines.length - 40) onMore();
  }, [hasMore, last, lines.length, onMore]);

  useImperativeHandle(
    handle,
    () => ({
      reveal: (index) => virtual.scrollToIndex(lineOf[index] ?? index, { align: 'auto' }),
      focus: () => scroller.current?.querySelector<HTMLElement>('[role=grid]')?.focus({ preventScroll: true }),
      keep: (id) =>
        keepPosition(latest.current.address, {
          offset: scroller.current?.scrollTop ?? 0,
          left: scroller.current?.scrollLeft ?? 0,
          id,
        }),
      pageRows: () => Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 400) - head) / height) - 1),
    }),
    [virtual, head, height, lineOf],
  );

  const sizes = useMemo(
    () => columns.map((field) => props.widths[field.name] ?? widthOf(field, field.name === description.titleField)),
    [columns, props.widths, description.titleField],
  );
  const template = `${checkWidth}px ${sizes.map((size) => `${size}px`).join(' ')} minmax(0, 1fr)`;
  const width = checkWidth + sizes.reduce((sum, size) => sum + size, 0);
  const end = hasMore ? t('list.loadingMore') : items.length > 30 ? t('list.end', { count: items.length }) : '';

  const heading = (line: Extract<Line, { kind: 'group' }>, top: number, key: string) =>
    group && (
      <GroupLine
        key={key}
        field={group}
        groupKey={line.key}
        value={line.value}
        folded={line.folded}
        columns={columns}
        totals={groupTotals?.get(line.key)}
        top={top}
        height={groupHeight}
        narrow={narrow}
        onFold={props.onFold}
      />
    );

  if (narrow)
    return (
      <div className="grid-scroller" ref={scroller}>
        <ul className="cards" style={{ height: virtual.getTotalSize() }} aria-label={t('list.rows')}>
          {rows.map(({ index: at, start, key }) => {
            const line = lines[at];
            if (line?.kind === 'group') return heading(line, start, String(key));
            const index = line?.index ?? -1;
            const record = items[index];
            return (
              record && (
                <Card
                  key={record.id}
                  description={description}
                  record={record}
                  columns={columns}
                  index={index}
                  top={start}
                  height={height}
                  state={props.cardState}
                />
              )
            );
          })}
        </ul>
        {end && <p className="grid-end meta">{end}</p>}
      </div>
    );

  const current = items[place.row];
  const active = current ? (place.cell >= 0 ? `cell-${current.id}` : `row-${current.id}`) : undefined;
  const inSight = rows.some(({ index }) => index === lineOf[place.row]);
  const count = items.length;
  const ticked = selection.everything ? count : selection.ids.size;
  return (
    <div
      className="grid-scroller"
      ref={scroller}
      style={{ '--columns': template, '--row': `${height}px` } as CSSProperties}
    >
      <div
        role="grid"
        tabIndex={0}
        aria-label={t('list.rows')}
        aria-rowcount={hasMore ? -1 : total + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable="true"
        aria-activedescendant={inSight ? active : undefined}
        className="grid"
        style={{ minWidth: width }}
      >
        <Header
          columns={columns}
          titleField={description.titleField}
          widths={sizes}
          sort={props.sort}
          checked={count > 0 && ticked >= count}
          indeterminate={ticked > 0 && ticked < count}
          onCheck={props.onCheckAll}
          onSort={props.onSort}
          onSetSort={props.onSetSort}
          onWidth={props.onWidth}
          onMove={props.onMove}
          onHide={props.onHide}
          onFilter={props.onFilter}
        />
        <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize() }}>
          {rows.map(({ index: at, start, key }) => {
            const line = lines[at];
            if (line?.kind === 'group') return heading(line, start, String(key));
            const index = line?.index ?? -1;
            const record = items[index];
            if (!record) return null;
            const focused = index === place.row;
            return (
              <Row
                key={record.id}
                description={description}
                record={record}
                columns={columns}
                index={index}
                top={start}
                height={height}
                selected={isSelected(selection, record.id)}
                focused={focused}
                cell={focused ? place.cell : -1}
                editors={
                  editors.size > 0 ? [...editors].filter((key) => key.startsWith(`${record.id}/`)).join(' ') : ''
                }
                editing={editing?.startsWith(`${record.id}/`) ? editing : null}
                actions={actions}
              />
            );
          })}
        </div>
      </div>
      {end && <p className="grid-end meta">{end}</p>}
    </div>
  );
}
