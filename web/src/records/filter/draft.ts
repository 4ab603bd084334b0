import type { Field } from '../../api/types';
import { type Condition, type Group, type Node, read, write } from './filter';
import {
  compose,
  firstOperator,
  inputOf,
  isComplete,
  type OperatorName,
  operatorsOf,
  recognise,
  wordsField,
} from './operators';

/** A filter while it is being built: conditions may still lack a value, and those do not filter yet. */
export type Draft = DraftGroup | DraftCondition | DraftByHand;

export interface DraftCondition {
  kind: 'condition';
  key: string;
  field: Field;
  operator: OperatorName;
  values: string[];
}

/** Something the builder has no form for; it is kept as it was written. */
export interface DraftByHand {
  kind: 'byHand';
  key: string;
  condition: Condition;
}

export interface DraftGroup {
  kind: 'group';
  key: string;
  join: 'and' | 'or';
  negated: boolean;
  children: Draft[];
}

let last = 0;
export const newDraftKey = () => `d${++last}`;

export function draftGroup(join: 'and' | 'or' = 'and', children: Draft[] = []): DraftGroup {
  return { kind: 'group', key: newDraftKey(), join, negated: false, children };
}

export function draftCondition(
  field: Field,
  operator: OperatorName = firstOperator(field),
  values: string[] = [],
): DraftCondition {
  return { kind: 'condition', key: newDraftKey(), field, operator, values };
}

/** @throws {FilterSyntax} when the text is no filter. */
export function draftOf(text: string, fields: readonly Field[]): DraftGroup {
  const draft = fromNode(read(text), new Map([...fields, wordsField].map((field) => [field.name, field])));
  return draft.kind === 'group' ? draft : draftGroup('and', [draft]);
}

function fromNode(node: Node, fields: Map<string, Field>): Draft {
  if (node.kind === 'group')
    return {
      kind: 'group',
      key: newDraftKey(),
      join: node.join,
      negated: node.negated,
      children: node.children.map((child) => fromNode(child, fields)),
    };
  const field = fields.get(node.field);
  const known = field && recognise(field, node);
  return known
    ? { kind: 'condition', key: newDraftKey(), field, ...known }
    : { kind: 'byHand', key: newDraftKey(), condition: node };
}

/** The text of what is complete. */
export function textOf(draft: DraftGroup): string {
  const node = toNode(draft);
  return node ? write(node) : '';
}

function toNode(draft: Draft): Node | null {
  switch (draft.kind) {
    case 'byHand':
      return draft.condition;
    case 'condition':
      return isComplete(draft.field, draft.operator, draft.values)
        ? compose(draft.field, draft.operator, draft.values)
        : null;
    case 'group': {
      const children = draft.children.map(toNode).filter((child) => child !== null);
      return children.length === 0
        ? null
        : ({ kind: 'group', join: draft.join, negated: draft.negated, children } satisfies Group);
    }
  }
}

/** Every node that is not `key` itself, changed by `change` where it is; null takes it out. */
export function changeDraft(group: DraftGroup, key: string, change: (draft: Draft) => Draft | null): DraftGroup {
  return {
    ...group,
    children: group.children.flatMap((child) => {
      if (child.key === key) {
        const changed = change(child);
        return changed ? [changed] : [];
      }
      return child.kind === 'group' ? [changeDraft(child, key, change)] : [child];
    }),
  };
}

/** The same condition on another field keeps what still makes sense. */
export function withField(draft: DraftCondition, field: Field): DraftCondition {
  const operator = operatorsOf(field).includes(draft.operator) ? draft.operator : firstOperator(field);
  const keeps =
    inputOf(field, operator) === inputOf(draft.field, draft.operator) &&
    field.kind === draft.field.kind &&
    !field.choices &&
    !field.reference;
  return { ...draft, field, operator, values: keeps ? draft.values : [] };
}

export function withOperator(draft: DraftCondition, operator: OperatorName): DraftCondition {
  const keeps = inputOf(draft.field, operator) === inputOf(draft.field, draft.operator);
  return { ...draft, operator, values: keeps ? draft.values : [] };
}

export function countConditions(draft: Draft): number {
  return draft.kind === 'group' ? draft.children.reduce((sum, child) => sum + countConditions(child), 0) : 1;
}
