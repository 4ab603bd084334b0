/** What somebody opened last, on this machine and for this user. */
export interface Recent {
  type: string;
  id: string;
  title: string;
}

const most = 12;
const storageKey = (userId: string) => `guanxi.recent.${userId}`;

export function recentOf(userId: string): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey(userId)) ?? '[]');
    return Array.isArray(kept) ? (kept as Recent[]) : [];
  } catch {
    return [];
  }
}

export function remember(userId: string, item: Recent): void {
  try {
    const others = recentOf(userId).filter((old) => old.type !== item.type || old.id !== item.id);
    localStorage.setItem(storageKey(userId), JSON.stringify([item, ...others].slice(0, most)));
  } catch {
    // Without storage the palette simply has no memory.
  }
}
