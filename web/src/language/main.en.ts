export default {
  product: 'Guanxi',
  problem: {
    unreachable: 'The server cannot be reached. What you wrote is kept; try again when you are back online.',
    unknown:
      'Something unexpected happened and this step was not done. Reload and try again; if it persists, tell your administrator the time.',
    '400': 'The server did not understand the request.',
    '401': 'Your session has ended. Sign in again.',
    '403': 'You may see this, but you may not do that.',
    '404': 'Not found: it may have been deleted, or you may not see it.',
    '409': 'A rule does not allow this.',
    '412': 'Somebody else changed it while you were editing.',
    '413': 'The file is too large.',
    '422': 'Some values are not valid. Check the marked fields.',
    '429': 'Too many attempts. Try again in a moment.',
    '500': 'The server failed and this step was not done. Try again later.',
  },
  time: {
    justNow: 'just now',
    minutesAgo: '{{count}} min ago',
    hoursAgo: '{{count}} h ago',
    todayAt: 'today {{time}}',
    tomorrowAt: 'tomorrow {{time}}',
  },
};
