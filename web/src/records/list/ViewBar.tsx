import { useMemo, useRef } from 'react';
import { useAnchor } from '../../look/popover';
import { narrowQuery, useMedia } from '../../look/useMedia';
import { FilterBar } from '../filter/FilterBar';
import { ViewTabs } from '../views/ViewTabs';
import { columnsOf, inOrder } from './columns';
import type { useListState } from './listState';
import { QuickSearch } from './QuickSearch';
import type { Shown } from './useShown';
import './list.css';

/** Views, filter and words of a list above another shape of it; what is saved here is a view of the list too. */
export function ViewBar({ description, views, state, set, open }: Shown & ReturnType<typeof useListState>) {
  const builder = useAnchor();
  const search = useRef<HTMLInputElement>(null);
  const askable = useMemo(() => [...inOrder(description), ...(description.filterFields ?? [])], [description]);
  const narrow = useMedia(narrowQuery);
  const words = <QuickSearch inputRef={search} value={state.q} onChange={(q) => set({ q })} />;
  const columns = columnsOf(description, state.columns).map((field) => field.name);
  return (
    <>
      {narrow && words}
      <ViewTabs description={description} views={views} state={state} columns={columns} onOpen={open} />
      <div className="list-tools">
        <FilterBar
          fields={askable}
          type={description.type}
          filter={state.filter}
          onChange={(filter) => set({ filter })}
          builderAnchor={builder}
        />
        {!narrow && words}
      </div>
    </>
  );
}
