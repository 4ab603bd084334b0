const listOf = (type: string, filter: string, sort?: string) =>
  `/${type}?${new URLSearchParams({ view: 'all', filter, ...(sort ? { sort } : {}) }).toString()}`;

/** Each number of today's work opens the list whose rows it counts; the server counts with the same filters. */
export const figureLinks = {
  overdue: listOf('activities', 'owner = me AND status = planned AND dueAt < today', 'dueAt'),
  today: listOf('activities', 'owner = me AND status = planned AND dueAt = today', 'dueAt'),
  upcoming: listOf('activities', 'owner = me AND status = planned AND dueAt >= tomorrow', 'dueAt'),
  birthdays: listOf('contacts', 'owner = me AND birthday = today'),
  untouched: listOf(
    'customers',
    'owner = me AND (lastActivityAt < today-30d OR lastActivityAt = null)',
    'lastActivityAt',
  ),
} as const;
