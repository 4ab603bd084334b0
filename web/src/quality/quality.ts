import type { Labels, Value } from '../api/types';

export const qualityKeys = {
  all: ['quality'] as const,
  summary: (type: string) => ['quality', 'summary', type] as const,
  work: (type: string, kind: string, field: string, owner: string) => ['quality', 'work', type, kind, field, owner] as const,
  rules: ['quality', 'rules'] as const,
  conflicts: ['quality', 'conflicts'] as const,
  sources: ['quality', 'sources'] as const,
};

export const kinds = ['missing', 'invalid', 'implausible', 'contradiction', 'outdated'] as const;
export type Kind = (typeof kinds)[number];

export const kindColor: Record<Kind, string> = {
  missing: 'grey',
  invalid: 'red',
  implausible: 'amber',
  contradiction: 'violet',
  outdated: 'blue',
};

export type Tally = Record<Kind, number> & { key: string; name: string | null; records: number; score: number | null };

export interface Summary {
  type: string;
  run: { state: 'never' | 'running' | 'done'; done: number; total: number; finishedAt: string | null };
  all: Tally;
  owners: Tally[];
  teams: Tally[];
  sources: Tally[];
  days: Tally[];
  fields: { field: string; labels: Labels; kind: Kind; count: number }[];
}

export interface Work {
  id: string;
  title: string;
  version: number;
  field: string;
  kind: Kind;
  text: string;
  since: string;
  value: Value;
  mayEdit: boolean;
}

export interface Conflict {
  id: string;
  title: string;
  field: string;
  system: string;
  at: string;
  value: Value;
  said: Value;
  mayEdit: boolean;
}

export interface QualityRules {
  weights: Record<string, Record<string, Record<string, number>>>;
  days: Record<string, Record<string, number>>;
  every: 'day' | 'week' | 'off';
}

/** Good enough to begin with, to be mended first, or neither: what the report says at a glance. */
export function gradeOf(score: number | null): 'good' | 'fair' | 'poor' {
  return score === null || score < 60 ? 'poor' : score < 80 ? 'fair' : 'good';
}
