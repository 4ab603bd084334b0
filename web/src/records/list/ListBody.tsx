import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { sentence } from '../../api/problem';
import { useExactCount, useList } from '../../api/queries';
import { useSession } from '../../api/session';
import type { AnyRecord, Field, RecordType, SavedView, Value } from '../../api/types';
import { labelOf } from '../../language';
import { Button, Empty, Failure, Skeleton, useSlow } from '../../look/parts';
import { useAnchor } from '../../look/popover';
import { toast } from '../../look/toast';
import { narrowQuery, useMedia } from '../../look/useMedia';
import { FilterBar } from '../filter/FilterBar';
import { openForm } from '../../shell/forms';
import { PageBar } from '../../shell/PageBar';
import { ViewTabs } from '../views/ViewTabs';
import { BulkBar } from './BulkBar';
import { columnsOf, inOrder, isEditableInPlace, keepWidths, readWidths } from './columns';
import { Count } from './Count';
import { Footer } from './Footer';
import { Grid, type GridHandle } from './Grid';
import { type Folds, groupables, groupedSort, type GroupKey, linesOf, useGroupTotals, withoutGroups } from './groups';
import { useGridKeys } from './gridKeys';
import { hasOwner, useListState, wholeFilter } from './listState';
import { ListTools } from './ListTools';
import { nextEditable, type Place } from './moves';
import { NewRows } from './NewRows';
import { PeekPanel } from './PeekPanel';
import { positionOf } from './position';
import { QuickSearch } from './QuickSearch';
import { cellKey, type RowActions } from './Row';
import { extend, nothing, selectEverything, selectLoaded, sizeOf, toggle, within } from './selection';
import { cycleSort, readSort, type SortKey, writeSort } from './sorting';

interface ListBodyProps {
  description: RecordType;
  views: readonly SavedView[];
  primary: ReactNode;
  onCreate: (() => void) | null;
}

const noItems: AnyRecord[] = [];
const noFolds: Folds = { values: new Map(), order: [] };

export function ListBody({ description, views, primary, onCreate }: ListBodyProps) {
  const { t } = useTranslation();
  const { prefer } = useSession();
  const navigate = useNavigate();
  const location = useLocation();
  const narrow = useMedia(narrowQuery);
  const type = description.type;
  const { state, set, open } = useListState(description, views);
  const filter = wholeFilter(state);
  const columns = useMemo(() => columnsOf(description, state.columns), [description, state.columns]);
  const group = useMemo(
    () => groupables(description.fields).find((field) => field.name === state.group) ?? null,
    [description, state.group],
  );
  const fields = useMemo(
    () => [
      ...new Set([
        ...columns.map((field) => field.name),
        ...(hasOwner(description) ? ['owner'] : []),
        ...(group ? [group.name] : []),
      ]),
    ],
    [columns, description, group],
  );
  const [folds, setFolds] = useState(noFolds);
  const askable = useMemo(() => [...inOrder(description), ...(description.filterFields ?? [])], [description]);
  const query = useMemo(
    () => ({
      filter: withoutGroups(filter, group, new Set(folds.values.keys())),
      sort: groupedSort(group, state.sort),
      fields,
      q: state.q,
    }),
    [filter, group, folds, state.sort, fields, state.q],
  );
  const list = useList(type, query);
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? noItems, [list.data]);
  // Until the rows come in their new order, the old ones keep the headings they were sorted for.
  const ordered = useRef(group);
  if (!list.isPlaceholderData) ordered.current = group;
  const shownGroup = ordered.current;
  const groupTotals = useGroupTotals(description, group, columns, filter, state.q);
  const lines = useMemo(() => linesOf(items, shownGroup, folds), [items, shownGroup, folds]);
  const fold = useCallback(
    (key: GroupKey, value: Value) =>
      setFolds((old) => {
        const values = new Map(old.values);
        if (!values.delete(key)) values.set(key, value);
        return { values, order: lines.flatMap((line) => (line.kind === 'group' ? [line.key] : [])) };
      }),
    [lines],
  );
  // Folded groups are out of sight, not out of the list.
  const hidden = [...folds.values.keys()].reduce((sum, key) => sum + (groupTotals.data?.get(key)?.count ?? 0), 0);
  const loaded = list.data?.pages[0]?.count ?? null;
  const count = useMemo(() => (loaded ? { ...loaded, value: loaded.value + hidden } : null), [loaded, hidden]);
  const [exactWanted, setExactWanted] = useState(false);
  const exact = useExactCount(type, filter, state.q, exactWanted && count?.exact === false);
  const total = exact.data?.value ?? count?.value ?? items.length;
  const order = useMemo(() => items.map((item) => item.id), [items]);

  const address = location.pathname + location.search;
  const [place, setPlace] = useState<Place>(() => ({ row: -1, cell: -1 }));
  const [rawSelection, setSelection] = useState(nothing);
  const selection = useMemo(() => within(rawSelection, order), [rawSelection, order]);
  const [peeking, setPeeking] = useState(false);
  const [editors, setEditors] = useState<ReadonlySet<string>>(new Set());
  const [editing, setEditing] = useState<string | null>(null);
  const [widths, setWidths] = useState(() => readWidths(type));
  const grid = useRef<GridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const builder = useAnchor();
  const [wantedFilter, setWantedFilter] = useState<Field | null>(null);
  const filterOpened = useCallback(() => setWantedFilter(null), []);
  const sort = useMemo(() => readSort(state.sort), [state.sort]);

  // Rows chosen in one list mean nothing in another.
  const question = `${filter}\n${state.q}\n${state.group}`;
  const asked = useRef(question);
  useEffect(() => {
    if (asked.current === question) return;
    asked.current = question;
    setSelection(nothing);
    setExactWanted(false);
    setFolds(noFolds);
    setPlace((old) => ({ row: old.row < 0 ? -1 : 0, cell: -1 }));
  }, [question]);

  // Coming back from a record, the hand stands on the row it left.
  const returned = useRef(false);
  useEffect(() => {
    if (returned.current || order.length === 0) return;
    returned.current = true;
    const id = positionOf(address)?.id;
    const row = id ? order.indexOf(id) : -1;
    if (row >= 0) setPlace({ row, cell: -1 });
  }, [order, address]);

  const latest = useRef({ items, order, columns, place, address, selection });
  latest.current = { items, order, columns, place, address, selection };
  const cardState = useMemo(() => ({ order: { ids: order, from: address } }), [order, address]);

  const openRecord = useCallback(
    (index: number) => {
      const record = latest.current.items[index];
      if (!record) return;
      setPlace({ row: index, cell: -1 });
      // The list is gone before it is drawn again, so its place is kept here and not by an effect.
      grid.current?.keep(record.id);
      void navigate(`/${type}/${record.id}`, {
        state: { order: { ids: latest.current.order, from: latest.current.address } },
      });
    },
    [navigate, type],
  );

  const goTo = useCallback((next: Place) => {
    setPlace(next);
    grid.current?.reveal(next.row);
  }, []);

  const edit = useCallback(
    (index: number, cell: number) => {
      const record = latest.current.items[index];
      const field = latest.current.columns[cell];
      if (!record || !field) return;
      setPlace({ row: index, cell });
      if (!isEditableInPlace(field, description)) {
        toast({ kind: 'info', text: t('list.notEditable', { name: labelOf(field.labels, field.name) }) });
        return;
      }
      const key = cellKey(record.id, field.name);
      setEditors((old) => new Set([...old, key]));
      setEditing(key);
    },
    [description, t],
  );

  const actions = useMemo<RowActions>(
    () => ({
      toggle: (id, range) =>
        setSelection((old) => (range ? extend(old, id, latest.current.order) : toggle(old, id, latest.current.order))),
      focus: (row, cell) => {
        setPlace({ row, cell });
        setEditing((old) => (old === null ? old : null));
        // A click inside an editor must keep the focus there; elsewhere the grid takes the keys.
        if (!(document.activeElement instanceof HTMLInputElement)) grid.current?.focus();
      },
      open: (index, event) => {
        event?.preventDefault();
        openRecord(index);
      },
      edit,
      leave: (row, cell, to) => {
        setEditing(null);
        grid.current?.focus();
        if (to === 'stay') return;
        const editable = latest.current.columns.map((field) => isEditableInPlace(field, description));
        const next = nextEditable({ row, cell }, editable, latest.current.items.length, to === 'next' ? 1 : -1);
        if (next) edit(next.row, next.cell);
      },
      done: (key) =>
        setEditors((old) => {
          const rest = new Set(old);
          rest.delete(key);
          return rest;
        }),
    }),
    [openRecord, edit, description],
  );

  useGridKeys({
    latest,
    grid,
    goTo,
    actions,
    enabled: !narrow,
    onPeek: () => setPeeking((old) => (latest.current.items[latest.current.place.row] ? !old : false)),
    onEscape: () => {
      if (peeking) setPeeking(false);
      else if (selection.everything || selection.ids.size > 0) setSelection(nothing);
      else setPlace((old) => ({ row: old.row, cell: -1 }));
    },
    onEditRecord: (record) => description.rights.edit && openForm({ type, id: record.id }),
    onCreate,
    onSearch: () => search.current?.focus(),
    onFilter: () => document.querySelector<HTMLElement>('.filter-open')?.click(),
    onSelectAll: () => setSelection(selectLoaded(latest.current.order)),
    onExtend: (row) => {
      const id = latest.current.order[row];
      if (id)
        setSelection((old) =>
          extend(
            old.anchor === null
              ? toggle(old, latest.current.order[latest.current.place.row] ?? id, latest.current.order)
              : old,
            id,
            latest.current.order,
          ),
        );
    },
  });

  const setWidth = useCallback(
    (field: string, width: number) =>
      setWidths((old) => {
        const next = { ...old, [field]: width };
        keepWidths(type, next);
        return next;
      }),
    [type],
  );

  const setColumns = useCallback((names: string[] | null) => set({ columns: names }), [set]);
  const names = columns.map((field) => field.name);
  const more = list.fetchNextPage;
  const fetchMore = useCallback(() => {
    if (!list.isFetchingNextPage) void more();
  }, [more, list.isFetchingNextPage]);

  const slow = useSlow(list.isPlaceholderData);
  const title = labelOf(description.labels, type);
  const noun = labelOf(description.singularLabels, description.singular);
  const narrowed = filter !== '' || state.q !== '';
  const current = items[place.row] ?? null;
  const quickSearch = <QuickSearch key={type} inputRef={search} value={state.q} onChange={(q) => set({ q })} />;

  return (
    <div className="list">
      <PageBar
        title={title}
        aside={
          list.data && (
            <Count
              count={count}
              exact={exact.data ?? null}
              busy={exact.isFetching}
              onExact={() => setExactWanted(true)}
            />
          )
        }
        actions={
          <>
            {!narrow && quickSearch}
            {primary}
          </>
        }
      >
        {narrow && quickSearch}
        <ViewTabs description={description} views={views} state={state} columns={names} onOpen={open} />
        <div className="list-tools">
          <FilterBar
            fields={askable}
            type={description.type}
            filter={state.filter}
            onChange={(next) => set({ filter: next })}
            builderAnchor={builder}
            wanted={wantedFilter}
            onWanted={filterOpened}
          />
          <ListTools
            description={description}
            columns={names}
            custom={state.columns !== null}
            sort={sort}
            density={state.density}
            filter={filter}
            q={state.q}
            sortText={state.sort}
            group={group?.name ?? ''}
            onGroup={(field) => set({ group: field })}
            total={total}
            onColumns={setColumns}
            onSort={(keys) => set({ sort: writeSort(keys) })}
            onDensity={(density) => {
              prefer({ density });
              set({ density });
            }}
          />
        </div>
      </PageBar>
      <div className="list-main">
        <div className={`list-rows ${slow ? 'list-waiting' : ''}`} aria-busy={list.isFetching}>
          <NewRows type={type} onRefresh={() => void list.refetch()} />
          {list.error && items.length === 0 ? (
            <Failure message={sentence(list.error)} onRetry={() => void list.refetch()} />
          ) : !list.data ? (
            <Skeleton lines={14} />
          ) : lines.length === 0 ? (
            narrowed ? (
              <Empty
                icon="filter"
                title={t('list.nothing', { noun })}
                action={
                  <Button onClick={() => (state.filter || state.q ? set({ filter: '', q: '' }) : open('all'))}>
                    {t('list.clearFilter')}
                  </Button>
                }
              >
                {t('list.nothingHelp')}
              </Empty>
            ) : (
              <Empty
                icon="record"
                title={t('list.empty', { noun })}
                action={
                  <>
                    {description.rights.import && (
                      <Button onClick={() => void navigate(`/import?type=${type}`)}>{t('list.emptyImport')}</Button>
                    )}
                    {onCreate && (
                      <Button kind="primary" icon="plus" onClick={onCreate}>
                        {t('list.create', { noun })}
                      </Button>
                    )}
                  </>
                }
              >
                {t('list.emptyHelp', { noun })}
              </Empty>
            )
          ) : (
            <Grid
              description={description}
              columns={columns}
              items={items}
              lines={lines}
              group={shownGroup}
              groupTotals={groupTotals.data}
              onFold={fold}
              total={total}
              place={place}
              selection={selection}
              sort={sort}
              widths={widths}
              density={state.density}
              narrow={narrow}
              editors={editors}
              editing={editing}
              actions={actions}
              address={address}
              cardState={cardState}
              hasMore={Boolean(list.hasNextPage)}
              onMore={fetchMore}
              onCheckAll={() =>
                setSelection(selection.everything || selection.ids.size >= items.length ? nothing : selectLoaded(order))
              }
              onSort={(field, keepOthers) => set({ sort: writeSort(cycleSort(sort, field, keepOthers)) })}
              onSetSort={(keys: SortKey[]) => set({ sort: writeSort(keys) })}
              onWidth={setWidth}
              onMove={(field, before) => setColumns(movedBefore(names, field, before))}
              onHide={(field) => setColumns(names.filter((name) => name !== field))}
              onFilter={setWantedFilter}
              handle={grid}
            />
          )}
          {lines.length > 0 && (
            <Footer description={description} columns={columns} filter={filter} q={state.q} count={count} />
          )}
          <BulkBar
            description={description}
            selection={selection}
            count={sizeOf(selection, total)}
            total={total}
            isExact={Boolean(exact.data ?? count?.exact)}
            hasMore={Boolean(list.hasNextPage)}
            filter={filter}
            q={state.q}
            columns={names}
            onEverything={() => {
              setExactWanted(true);
              setSelection(selectEverything(order));
            }}
            onClear={() => setSelection(nothing)}
          />
        </div>
        {peeking && current && !narrow && (
          <PeekPanel
            description={description}
            id={current.id}
            row={current}
            onOpen={() => openRecord(place.row)}
            onEdit={() => openForm({ type, id: current.id })}
            onClose={() => setPeeking(false)}
          />
        )}
      </div>
    </div>
  );
}

function movedBefore(names: readonly string[], field: string, before: string): string[] {
  const rest = names.filter((name) => name !== field);
  const at = rest.indexOf(before);
  // Dropping on a column to the right puts it behind that one, which is what the hand expects.
  const behind = names.indexOf(field) < names.indexOf(before) ? 1 : 0;
  rest.splice(Math.max(1, at + behind), 0, field);
  return rest;
}
