/** What the base is worth, as `GET /value` tells it. Money is in the company's currency. */
export interface Group {
  name: string;
  customers: number;
  revenue: number;
  current: number;
  model: number;
  potential: number;
  atRisk: number;
  investment: number;
}

export interface Report {
  currency: string;
  asOf: string;
  customers: number;
  orders: number;
  withoutCost: number;
  horizonMonths: number;
  totals: Record<
    | 'revenue'
    | 'goods'
    | CostKind
    | 'costs'
    | 'investment'
    | 'notYetBuying'
    | 'notYetBuyingCustomers'
    | 'historical'
    | 'current'
    | 'model'
    | 'potential'
    | 'atRisk'
    | 'losing',
    number
  >;
  tiers: Group[];
  moves: { from: string; to: string; customers: number }[];
  quadrants: Group[];
  /** Absent in reports of runs before costs were reckoned. */
  planes?: Group[];
  rfm: number[][];
  whale: [number, number][];
  alive: number[];
  model: {
    name: string;
    fitted: boolean;
    parameters: Record<string, number>;
    spendParameters: Record<string, number>;
    findings: { code: string; sentence: string }[];
    holdout?: { model: Errors; baseline: Errors };
    tracking: [number, number, number][];
  };
}

interface Errors {
  name: string;
  meanAbsoluteError: number;
  predicted: number;
  actual: number;
}

export const costKinds = ['service', 'marketing', 'sales', 'finance', 'other'] as const;
export type CostKind = (typeof costKinds)[number];

export interface Overview {
  running: boolean;
  report: Report | null;
}

export interface ValueSettings {
  horizonMonths: number;
  discountRate: number;
  usualMargin: number;
  rankBy: string;
  tiers: number[];
  currentCut: number;
  potentialCut: number;
  investmentCut: number;
  profitCut: number;
  activityRates: Record<string, { hourlyRate: number; minutes: number; kind: string }>;
}

export const tiers = ['vip', 'major', 'ordinary', 'small'] as const;

/** The four fields of the plane in the order they are read: high now first, little to come first. */
export const quadrants = ['demanding', 'hesitant', 'thrifty', 'sophisticated'] as const;

/** Investment and profit in the same order: high profit first, little spent first. */
export const planes = ['loyal', 'repeat', 'ordinary', 'prospective'] as const;

/** The list behind a number. */
export function listOf(filter: string, sort = '-value.model'): string {
  const columns = 'name,owner,value.tier,value.current,value.model,value.atRisk,value.alive,value.lastOrderOn';
  return `/customers?${new URLSearchParams({ view: 'all', filter, sort, columns }).toString()}`;
}

/** How many moved into a tier from below and how many out of it downwards. */
export function movesOf(report: Pick<Report, 'moves'>, tier: string): { up: number; down: number } {
  const place = (name: string) => tiers.indexOf(name as (typeof tiers)[number]);
  return report.moves.reduce(
    (sum, move) => ({
      up: sum.up + (move.to === tier && place(move.from) > place(move.to) ? move.customers : 0),
      down: sum.down + (move.from === tier && place(move.to) > place(move.from) ? move.customers : 0),
    }),
    { up: 0, down: 0 },
  );
}

/** Tiers of the customers one can see, from the groups of an aggregate with count, current, model and value at risk. */
export function groupsOf(answer: {
  groups: { keys: (string | null)[]; values: (number | string | null)[] }[];
}): Group[] {
  return tiers.map((name) => {
    const values = answer.groups.find(({ keys }) => keys[0] === name)?.values ?? [];
    const number = (at: number) => Number(values[at] ?? 0);
    return {
      name,
      customers: number(0),
      revenue: number(1),
      current: number(2),
      model: number(3),
      potential: number(4),
      atRisk: number(5),
      investment: number(6),
    };
  });
}

/** The share of the margin that the best share of the customers bring, read off the curve. */
export function bestShare(whale: [number, number][], customers: number): number | undefined {
  return whale.find(([share]) => share >= customers)?.[1];
}

export const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 && share > 0 ? 1 : 0)} %`;
