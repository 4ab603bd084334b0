import type { Value } from '../api/types';
import type { Preview } from '../settings/chains';

export const approvalsKey = ['approvals'];
export const boxes = ['waiting', 'mine', 'done'] as const;
export type Box = (typeof boxes)[number];

export interface Named {
  id: string;
  name: string;
}

export interface ApprovalItem {
  id: string;
  kind: string;
  kindLabel: string;
  title: string;
  reason: string;
  state: string;
  submittedBy?: Named;
  submittedAt: string;
  standsInFor?: Named;
  /** What I said, in the box of what I decided. */
  word?: string;
}

export interface ApprovalList {
  items: ApprovalItem[];
  next?: string | null;
  waiting: number;
}

export interface Approval extends ApprovalItem {
  record?: { type: string; id: string };
  facts: { field: string; label: string; kind: string; value: Value }[];
  causes: string[];
  steps: {
    key: string;
    name: string;
    mode: 'any' | 'all';
    current: boolean;
    past: boolean;
    signers: { person: Named; by?: Named; state: string; at?: string; dueAt?: string; added: boolean }[];
  }[];
  may: ('approve' | 'reject' | 'send-back' | 'add-signer' | 'resubmit' | 'withdraw')[];
  events: { at: string; by?: Named; for?: Named; action: string; step?: string; comment?: string }[];
}

export interface Delegation {
  id: string;
  userName: string;
  delegateName: string;
  from: string;
  until: string;
}

/** The colour of a state or of a word that was said. */
export function colorOf(state: string): string {
  if (['approved', 'same', 'passed'].includes(state)) return 'green';
  if (state === 'rejected') return 'red';
  if (state === 'returned') return 'amber';
  return state === 'waiting' ? 'blue' : 'grey';
}

/** Steps an approval can be sent back to: those before the present one. */
export function earlierSteps(approval: Pick<Approval, 'steps'>): { key: string; name: string }[] {
  const at = approval.steps.findIndex((step) => step.current);
  return at < 0 ? [] : approval.steps.slice(0, at).map(({ key, name }) => ({ key, name }));
}

/** Who would be asked at a step that has not come yet, as the chains and the company stand now. */
export function comingSigners(step: Approval['steps'][number], preview: Preview['steps'] = []): string[] {
  if (step.current || step.past || step.signers.length > 0) return [];
  const same = preview.find(({ name, holds }) => name === step.name && holds);
  return same ? (same.signers.length > 0 ? same.signers : same.instead) : [];
}
