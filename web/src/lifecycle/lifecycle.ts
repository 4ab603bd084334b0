import type { Labels } from '../api/types';

export const lifecycleKeys = {
  all: ['lifecycle'] as const,
  stages: (days: number) => ['lifecycle', 'stages', days] as const,
  rules: ['lifecycle', 'rules'] as const,
  of: (customer: string) => ['lifecycle', 'of', customer] as const,
};

export interface Stage {
  stage: string;
  labels: Labels;
  color: string | null;
  count: number;
  standingDays: number | null;
  entered: number;
  left: number;
  stayedDays: number | null;
  to: { stage: string; count: number; days: number | null }[];
}

export interface Lifecycle {
  active: boolean;
  days: number;
  stages: Stage[];
}

export interface Rule {
  stage: string;
  from: string[];
  filter: string;
}

export interface Run {
  state: 'idle' | 'running' | 'done' | 'stopped';
  done: number;
  total: number;
  moved: number;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface Rules {
  active: boolean;
  rules: Rule[];
  run: Run;
}

export interface Preview {
  count: number;
  exact: boolean;
  moves: { from: string | null; to: string; count: number }[];
  some: { id: string; name: string; from: string | null; to: string }[];
}

/** The customers of a stage, longest in it first. */
export const workList = (stage: string) =>
  `/customers?filter=${encodeURIComponent(`stage = "${stage}"`)}&sort=stageSince`;
