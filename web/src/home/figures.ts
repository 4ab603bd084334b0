import type { Home, HomeFigure } from '../api/types';

const orders: Partial<Record<HomeFigure, string>> = {
  overdue: 'dueAt',
  today: 'dueAt',
  upcoming: 'dueAt',
  birthdays: 'nextBirthday',
  contactBirthdays: 'nextBirthday',
  untouched: 'lastActivityAt',
  visitsDue: 'lastActivityAt',
};

/** The list behind a number of today's work: the server names the very filter it counted with. */
export function linkOf(home: Home, figure: HomeFigure): string {
  const counted = home.filters?.[figure];
  if (!counted) return '/activities';
  const parameters = new URLSearchParams({ view: 'all', filter: counted.filter });
  const order = orders[figure];
  if (order) parameters.set('sort', order);
  return `/${counted.type}?${parameters.toString()}`;
}
