export type SignerKind = 'manager' | 'managers' | 'role' | 'person' | 'chosen';

export interface Signer {
  kind: SignerKind;
  person?: string;
  role?: string;
  level?: number;
  near?: boolean;
}

export interface ChainStep {
  key: string;
  name: string;
  who: Signer[];
  mode?: 'any' | 'all';
  when?: string;
  hours?: number;
  onTimeout?: 'remind' | 'escalate' | 'approve' | 'reject';
  escalateTo?: Signer[];
}

export interface Chain {
  steps: ChainStep[];
  nobody?: 'administrator' | 'pass';
  eachTime?: boolean;
  mayWithdraw?: boolean;
}

export interface ChainKind {
  kind: string;
  label: string;
  type: string;
  typeLabel: string;
  otherwise: Chain;
}

export interface Preview {
  applies: boolean;
  name: string | null;
  steps: { name: string; holds: boolean; mode: 'any' | 'all'; chosen: boolean; hours?: number; signers: string[]; instead: string[] }[];
}

/** The steps of a definition as it is kept: JSON, as text or read already. */
export function chainOf(definition: unknown): Chain {
  try {
    const read = (typeof definition === 'string' ? JSON.parse(definition) : definition) as Chain | null;
    return read && Array.isArray(read.steps) ? read : { steps: [] };
  } catch {
    return { steps: [] };
  }
}

/** A key that no step has yet. */
export function freeKey(steps: readonly ChainStep[]): string {
  for (let number = steps.length + 1; ; number++) if (!steps.some(({ key }) => key === `step-${number}`)) return `step-${number}`;
}

/** A signer of a kind with what the kind needs and nothing that belongs to another. */
export function signerOf(kind: SignerKind, roles: readonly { value: string }[]): Signer {
  if (kind === 'manager' || kind === 'managers') return { kind, level: kind === 'manager' ? 1 : 2 };
  return kind === 'role' ? { kind, role: roles[0]?.value ?? '' } : { kind };
}
