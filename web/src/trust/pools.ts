/** One pool that the person may claim from. */
export interface PoolSummary {
  id: string;
  name: string;
  count: number;
  /** How many more today; absent without a limit. */
  claimsLeft?: number;
  /** How many more may be looked at today; absent without a limit. */
  looksLeft?: number;
  /** The rules as a sentence. */
  rules: string;
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

/** A customer of a pool looked at more closely. */
export interface PoolSheet extends Pooled {
  activities: Record<string, number>;
  deals: Record<string, number>;
  orders?: number;
  lastOrder?: string | null;
  products: string[];
  owners: { kind: string; at: string; name: string | null; reason: string | null }[];
}

/** What rules would take back now, and how they read. */
export interface PoolTrial {
  count: number;
  rules: string | null;
  some: { id: string; name: string; owner: string | null }[];
}

export interface Members {
  teams?: string[];
  people?: string[];
  admins?: string[];
}

/** The clocks of a pool, each with days for all and for three classes of customers. */
export const clocks = ['contactDays', 'dealDays', 'orderDays'] as const;
export const classes = ['', 'Vip', 'Major', 'Small'] as const;

/** What a pool may keep to itself until a customer is claimed. */
export const hideable = [
  'kind',
  'level',
  'stage',
  'industry',
  'size',
  'province',
  'city',
  'source',
  'tags',
  'pooledAt',
  'poolReason',
  'formerOwner',
  'lastActivityAt',
] as const;

export interface PoolPageAnswer {
  pools: PoolSummary[];
  items: Pooled[];
  next: string | null;
}

/** Whole days until a moment, rounded up; negative when it has passed. */
export function daysUntil(at: string, now: number): number {
  return Math.ceil((Date.parse(at) - now) / 86_400_000);
}
