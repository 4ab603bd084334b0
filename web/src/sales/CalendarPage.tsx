import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { keys } from '../api/queries';
import { useSession } from '../api/session';
import { currentLanguage } from '../language';
import { formatDate, formatMoney, formatShort } from '../look/format';
import { Failure, IconButton, Skeleton } from '../look/parts';
import { both } from '../records/filter/filter';
import { addressOf, useListState, wholeFilter } from '../records/list/listState';
import { type Shown, useShown } from '../records/list/useShown';
import { ViewBar } from '../records/list/ViewBar';
import { PageBar } from '../shell/PageBar';
import { type Card, daysOfMonth, isPast, monthAfter, weekdays } from './board';
import './sales.css';

/** Open deals on the day on which they are expected to close, a month at a time. */
export default function CalendarPage() {
  const { shown, error, retry } = useShown('deals', 'status = open');
  return shown ? <CalendarOf {...shown} /> : error ? <Failure message={sentence(error)} onRetry={retry} /> : <Skeleton lines={8} />;
}

function CalendarOf(shown: Shown) {
  const { t } = useTranslation('sales');
  const { me } = useSession();
  const [search, setSearch] = useSearchParams();
  const today = formatDate(new Date());
  const month = search.get('month') ?? today.slice(0, 7);
  const names = weekdays(currentLanguage());
  const list = useListState(shown.description, shown.views, shown.otherwise);
  const filter = both(`status = open AND expectedClose >= ${month}-01 AND expectedClose < ${monthAfter(month, 1)}-01`, wholeFilter(list.state));
  const { q } = list.state;
  const deals = useQuery({
    queryKey: [...keys.records('deals'), 'calendar', filter, q],
    queryFn: ({ signal }) =>
      get<{ items: Card[]; next: string | null }>('/deals', {
        signal,
        query: { filter, q: q || undefined, sort: 'expectedClose', fields: 'name,customer,amount,homeAmount,probability,expectedClose,owner', limit: 500 },
      }),
    placeholderData: keepPreviousData,
  });
  const items = deals.data?.items ?? [];
  const sum = items.reduce((total, deal) => total + Number(deal.homeAmount?.amount ?? 0), 0);
  const weighted = items.reduce((total, deal) => total + (Number(deal.homeAmount?.amount ?? 0) * (deal.probability ?? 0)) / 100, 0);
  const set = (name: string, value: string) =>
    setSearch((before) => {
      before.set(name, value);
      return before;
    });
  return (
    <>
      <PageBar
        title={t('calendar.title')}
        aside={
          <span className="board-choice">
            <IconButton size="small" icon="left" label={t('calendar.before')} onClick={() => set('month', monthAfter(month, -1))} />
            <strong>{month}</strong>
            <IconButton size="small" icon="right" label={t('calendar.after')} onClick={() => set('month', monthAfter(month, 1))} />
            <span className="meta">
              {t('board.sums', { sum: formatShort(sum), weighted: formatShort(weighted), currency: me.company.currency })}
            </span>
            <Link to={addressOf('/deals/board', list.state, { view: list.state.view })}>{t('board.title')}</Link>
          </span>
        }
      >
        <ViewBar {...shown} {...list} />
      </PageBar>
      {deals.isError && <Failure message={sentence(deals.error)} onRetry={() => void deals.refetch()} />}
      {deals.isLoading && <Skeleton lines={8} />}
      {deals.data && (
        <div className="deal-calendar">
          {deals.data.next && <p className="meta">{t('calendar.more')}</p>}
          <div className="deal-weekdays meta" aria-hidden>
            {names.map((name) => (
              <span key={name}>{name}</span>
            ))}
          </div>
          <ol>
            {daysOfMonth(month).map((day) => {
              const due = items.filter(({ expectedClose }) => expectedClose === day.day);
              return (
                <li
                  key={day.day}
                  data-empty={(due.length === 0 && day.day !== today) || undefined}
                  aria-current={day.day === today ? 'date' : undefined}
                  style={day.first ? { gridColumnStart: day.weekday } : undefined}>
                  <h2 className="meta">
                    <span>{day.day.slice(8)}</span>
                    <span className="deal-weekday">{names[day.weekday - 1]}</span>
                    {day.day === today && <span>{t('calendar.today')}</span>}
                  </h2>
                  {due.map((deal) => (
                    <Link key={deal.id} to={`/deals/${deal.id}`} title={`${deal.name} · ${deal.customer?.name ?? ''}`}>
                      <span className="ellipsis">{deal.name}</span>
                      {isPast(deal, today) && <span className="deal-past">{t('calendar.past')}</span>}
                      <span className="meta">
                        {deal.amount ? formatMoney(deal.amount) : ''} {deal.probability ?? 0}%
                      </span>
                    </Link>
                  ))}
                </li>
              );
            })}
          </ol>
        </div>
      )}
    </>
  );
}
