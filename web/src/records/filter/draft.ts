import type { Field } from '../../api/types';
import { type Behaviours, fieldsOf, measureOf, type Noun } from './behaviours';
import { type Behaviour, type Condition, type Group, type Node, number, read, write } from './filter';
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
export type Draft = DraftGroup | DraftCondition | DraftBehaviour | DraftByHand;

/** What belongs to a record, counted or summed. */
export interface DraftBehaviour {
  kind: 'behaviour';
  key: string;
  noun: Noun;
  /** Empty for how many, else the field that is summed, or a date with `.rhythm`. */
  measure: string;
  comparator: Behaviour['comparator'];
  value: string;
  negated: boolean;
  inside: DraftGroup;
}

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
  condition: Condition | Behaviour;
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

export function draftBehaviour(noun: Noun, inside: Draft[] = []): DraftBehaviour {
  return {
    kind: 'behaviour',
    key: newDraftKey(),
    noun,
    measure: '',
    comparator: '>=',
    value: '1',
    negated: false,
    inside: draftGroup('and', inside),
  };
}

const byName = (fields: readonly Field[]) => new Map([...fields, wordsField].map((field) => [field.name, field]));

/** @throws {FilterSyntax} when the text is no filter. */
export function draftOf(text: string, fields: readonly Field[], behaviours: Behaviours = []): DraftGroup {
  const draft = fromNode(read(text), byName(fields), behaviours);
  return draft.kind === 'group' ? draft : draftGroup('and', [draft]);
}

function fromNode(node: Node, fields: Map<string, Field>, behaviours: Behaviours): Draft {
  if (node.kind === 'behaviour') {
    const [type = '', ...rest] = node.path.split('.');
    const noun = behaviours.find((candidate) => candidate.type === type);
    const measure = rest.join('.');
    if (!noun || (measure && !measureOf(noun, measure)) || node.value.kind === 'list')
      return { kind: 'byHand', key: newDraftKey(), condition: node };
    const inside = fromNode(node.inside, byName(fieldsOf(noun)), []);
    return {
      kind: 'behaviour',
      key: newDraftKey(),
      noun,
      measure,
      comparator: node.comparator,
      value: node.value.text,
      negated: node.negated,
      inside: inside.kind === 'group' ? inside : draftGroup('and', [inside]),
    };
  }
  if (node.kind === 'group')
    return {
      kind: 'group',
      key: newDraftKey(),
      join: node.join,
      negated: node.negated,
      children: node.children.map((child) => fromNode(child, fields, behaviours)),
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
    case 'behaviour': {
      const inside = toNode(draft.inside);
      return draft.value.trim() === ''
        ? null
        : {
            kind: 'behaviour',
            path: draft.measure ? `${draft.noun.type}.${draft.measure}` : draft.noun.type,
            inside: inside?.kind === 'group' ? inside : { kind: 'group', join: 'and', negated: false, children: [] },
            comparator: draft.comparator,
            value: number(draft.value),
            negated: draft.negated,
          };
    }
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
