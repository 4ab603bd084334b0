/** One pool that the person may claim from. */
export interface PoolSummary {
  id: string;
  name: string;
  count: number;
  /** How many more today; absent without a limit. */
  claimsLeft?: number;
  protectDays?: number;
}

/** A customer in a pool: enough to judge it by, no way to reach it. */
export interface Pooled {
  id: string;
  name: string;
  pool: string;
  pooledAt: string | null;
  reason: string | null;
  formerOwner: string | null;
  level?: string;
  stage?: string;
  industry?: string;
  province?: string;
  city?: string;
  lastActivityAt: string | null;
}

export interface PoolPageAnswer {
  pools: PoolSummary[];
  items: Pooled[];
  next: string | null;
}

/** Whole days until a moment, rounded up; negative when it has passed. */
export function daysUntil(at: string, now: number): number {
  return Math.ceil((Date.parse(at) - now) / 86_400_000);
}
