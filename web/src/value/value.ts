import type { Labels } from '../api/types';

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
  close?: { name: string; within: number; customers: number }[];
  moves: { from: string; to: string; customers: number }[];
  /** The month whose tiers other rules made; then nobody counts as moved. */
  rulesChanged?: string;
  quadrants: Group[];
  /** Absent in reports of runs before costs were reckoned. */
  planes?: Group[];
  rfm: number[][];
  missing?: Record<string, number>;
  whale: [number, number][];
  alive: number[];
  model: {
    name: string;
    fitted: boolean;
    parameters: Record<string, number>;
    spendParameters: Record<string, number>;
    findings: { code: string; sentence: string; words?: Labels }[];
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

/** What satisfaction and trust are made of: a field with its scale, then what else counts and below what is a risk. */
export const feelings = [
  {
    name: 'satisfaction',
    field: 'satisfactionField',
    numbers: ['satisfactionWorst', 'satisfactionBest', 'complaintPoints', 'satisfactionRiskBelow'],
  },
  {
    name: 'trust',
    field: 'trustField',
    numbers: ['trustWorst', 'trustBest', 'lateDaysForNothing', 'trustRiskBelow'],
  },
] as const;

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
  highFrom: number;
  riskBelow: number;
  priceElasticity: number;
  priceElasticityError: number;
  visitElasticity: number;
  visitElasticityError: number;
  satisfactionField: string | null;
  satisfactionWorst: number;
  satisfactionBest: number;
  complaintPoints: number;
  trustField: string | null;
  trustWorst: number;
  trustBest: number;
  lateDaysForNothing: number;
  satisfactionRiskBelow: number;
  trustRiskBelow: number;
  goodFrom: number;
  weights: Record<string, Record<string, number>>;
  activityRates: Record<string, { hourlyRate: number; minutes: number; kind: string }>;
}

export const tiers = ['vip', 'major', 'ordinary', 'small'] as const;

/** The four fields of the plane in the order they are read: high now first, little to come first. */
export const quadrants = ['demanding', 'hesitant', 'thrifty', 'sophisticated'] as const;

/** Investment and profit in the same order: high profit first, little spent first. */
export const planes = ['loyal', 'repeat', 'ordinary', 'prospective'] as const;

/** The provinces of each part of the country, as addresses name them. */
export const regions: Record<string, readonly string[]> = {
  north: ['北京市', '天津市', '河北省', '山西省', '内蒙古自治区'],
  northeast: ['辽宁省', '吉林省', '黑龙江省'],
  east: ['上海市', '江苏省', '浙江省', '安徽省', '福建省', '江西省', '山东省'],
  south: ['广东省', '广西壮族自治区', '海南省'],
  central: ['河南省', '湖北省', '湖南省'],
  southwest: ['重庆市', '四川省', '贵州省', '云南省', '西藏自治区'],
  northwest: ['陕西省', '甘肃省', '青海省', '宁夏回族自治区', '新疆维吾尔自治区'],
};

export const regionFilter = (region: string) =>
  region ? `province in (${(regions[region] ?? []).map((name) => JSON.stringify(name)).join(', ')})` : undefined;

/** The list behind a number. */
export function listOf(filter: string, sort = '-value.model'): string {
  const columns = 'name,owner,value.tier,value.current,value.model,value.atRisk,value.alive,value.lastOrderOn';
  return `/customers?${new URLSearchParams({ view: 'all', filter, sort, columns }).toString()}`;
}

/** Who moved into a tier from below, or out of it downwards. */
export function moversTo(tier: string, way: 'up' | 'down'): string {
  const at = tiers.indexOf(tier as (typeof tiers)[number]);
  const below = tiers
    .slice(at + 1)
    .map((name) => JSON.stringify(name))
    .join(', ');
  return way === 'up'
    ? listOf(`value.tier = "${tier}" AND value.tierBefore in (${below})`)
    : listOf(`value.tierBefore = "${tier}" AND value.tier in (${below})`);
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

export { formatPercent as percent } from '../look/format';

/** A number of a model as people write it: four digits that count, never with an exponent. */
export const plain = (value: number, digits = 4) =>
  new Intl.NumberFormat('en', { maximumSignificantDigits: digits }).format(value);
