export interface TurnedAway {
  day: string;
  reason: string;
  count: number;
}

/** Where a form is found: its page, the line that puts it into another site, and its fields for a site that draws it itself. */
export function addressesOf(origin: string, key: string) {
  const page = `${origin}/forms/${key}`;
  return { page, script: `<script src="${page}.js" async></script>`, json: `${page}.json` };
}

/** How many were turned away in all for each reason, the most frequent first. */
export function totalsByReason(items: readonly TurnedAway[]): { reason: string; count: number }[] {
  const totals = new Map<string, number>();
  for (const { reason, count } of items) totals.set(reason, (totals.get(reason) ?? 0) + count);
  return [...totals].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}
