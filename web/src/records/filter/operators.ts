import type { Field, FieldKind } from '../../api/types';
import { anyText } from '../fields/words';
import { type Condition, condition, list, type Literal, number, text, word } from './filter';

/** What a person chooses between; each knows how it is written and how it is recognised. */
export type OperatorName =
  | 'contains'
  | 'notContains'
  | 'is'
  | 'isNot'
  | 'startsWith'
  | 'anyOf'
  | 'noneOf'
  | 'has'
  | 'hasNot'
  | 'equal'
  | 'notEqual'
  | 'less'
  | 'atMost'
  | 'more'
  | 'atLeast'
  | 'within'
  | 'before'
  | 'after'
  | 'from'
  | 'until'
  | 'yes'
  | 'no'
  | 'me'
  | 'empty'
  | 'notEmpty';

/** Which input the value needs. */
export type ValueInput = 'none' | 'text' | 'number' | 'date' | 'period' | 'choices' | 'references';

const texts: OperatorName[] = ['contains', 'notContains', 'is', 'isNot', 'startsWith', 'empty', 'notEmpty'];
const numbers: OperatorName[] = ['equal', 'notEqual', 'more', 'atLeast', 'less', 'atMost', 'empty', 'notEmpty'];
const dates: OperatorName[] = ['within', 'before', 'after', 'from', 'until', 'empty', 'notEmpty'];

const byKind: Partial<Record<FieldKind, OperatorName[]>> = {
  text: texts,
  longText: ['contains', 'notContains', 'empty', 'notEmpty'],
  email: texts,
  phone: texts,
  link: texts,
  address: ['contains', 'notContains', 'empty', 'notEmpty'],
  contactPoints: ['contains', 'notContains', 'empty', 'notEmpty'],
  number: numbers,
  integer: numbers,
  money: numbers,
  rating: numbers,
  formula: numbers,
  date: dates,
  instant: dates,
  birthday: ['within', 'empty', 'notEmpty'],
  time: ['before', 'after', 'empty', 'notEmpty'],
  yesNo: ['yes', 'no'],
  choice: ['anyOf', 'noneOf', 'empty', 'notEmpty'],
  choices: ['has', 'hasNot', 'empty', 'notEmpty'],
  tags: ['has', 'hasNot', 'empty', 'notEmpty'],
  reference: ['anyOf', 'me', 'noneOf', 'empty', 'notEmpty'],
};

/** Words that may stand anywhere in a record: a condition without a field. */
export const wordsField: Field = {
  name: '',
  kind: 'text',
  labels: anyText,
  required: false,
  readOnly: false,
  custom: false,
  system: false,
  sortable: false,
  filterable: true,
  groupable: false,
  right: 'read',
  many: false,
  computed: false,
};

export function operatorsOf(field: Field): OperatorName[] {
  if (field.name === '') return ['contains', 'notContains'];
  // A newer server may know kinds this page does not: those cannot be asked about here.
  const names = byKind[field.kind] ?? [];
  return field.kind === 'reference' && field.reference !== 'users' ? names.filter((name) => name !== 'me') : names;
}

export function inputOf(field: Field, operator: OperatorName): ValueInput {
  switch (operator) {
    case 'empty':
    case 'notEmpty':
    case 'yes':
    case 'no':
    case 'me':
      return 'none';
    case 'within':
      return 'period';
    case 'before':
    case 'after':
    case 'from':
    case 'until':
      return field.kind === 'time' ? 'text' : 'date';
    case 'anyOf':
    case 'noneOf':
      return field.kind === 'reference' ? 'references' : 'choices';
    case 'has':
    case 'hasNot':
      return field.kind === 'choices' && field.choices?.length ? 'choices' : 'text';
    default:
      return ['number', 'integer', 'money', 'rating', 'formula'].includes(field.kind) ? 'number' : 'text';
  }
}

/** The periods a date may be compared with, in the order people look for them. */
export const periods = [
  'today',
  'yesterday',
  'tomorrow',
  'thisWeek',
  'lastWeek',
  'nextWeek',
  'thisMonth',
  'lastMonth',
  'nextMonth',
  'thisQuarter',
  'lastQuarter',
  'thisYear',
  'lastYear',
] as const;

/** The condition for what was chosen. Values are raw: text, numbers as typed, words such as `today-30d`, ids. */
export function compose(field: Field, operator: OperatorName, values: string[]): Condition {
  const first = values[0] ?? '';
  const name = field.name;
  switch (operator) {
    case 'empty':
      return condition(name, '=', word('null'));
    case 'notEmpty':
      return condition(name, '!=', word('null'));
    case 'yes':
      return condition(name, '=', word('true'));
    case 'no':
      return condition(name, '=', word('false'));
    case 'me':
      return condition(name, '=', word('me'));
    case 'contains':
      return condition(name, ':', text(first));
    case 'notContains':
      return condition(name, ':', text(first), true);
    case 'startsWith':
      return condition(name, '=', text(`${first}*`));
    case 'has':
      return condition(name, ':', text(first));
    case 'hasNot':
      return condition(name, ':', text(first), true);
    case 'is':
      return condition(name, '=', text(first));
    case 'isNot':
      return condition(name, '!=', text(first));
    case 'anyOf':
      return values.length === 1 ? condition(name, '=', one(first)) : condition(name, 'in', list(values.map(one)));
    case 'noneOf':
      return values.length === 1
        ? condition(name, '!=', one(first))
        : condition(name, 'in', list(values.map(one)), true);
    case 'equal':
      return condition(name, '=', number(first || '0'));
    case 'notEqual':
      return condition(name, '!=', number(first || '0'));
    case 'more':
      return condition(name, '>', number(first || '0'));
    case 'atLeast':
      return condition(name, '>=', number(first || '0'));
    case 'less':
      return condition(name, '<', number(first || '0'));
    case 'atMost':
      return condition(name, '<=', number(first || '0'));
    case 'within':
      return condition(name, '=', moment(first || 'today'));
    case 'before':
      return condition(name, '<', moment(first || 'today'));
    case 'after':
      return condition(name, '>', moment(first || 'today'));
    case 'from':
      return condition(name, '>=', moment(first || 'today'));
    case 'until':
      return condition(name, '<=', moment(first || 'today'));
  }
}

const one = (value: string): Literal => (value === 'me' ? word('me') : text(value));

const relative = /^(now|today|yesterday|tomorrow|(this|last|next)(Week|Month|Quarter|Year))([+-]\d+[dwmyh])?$/;

export function isRelative(value: string): boolean {
  return relative.test(value);
}

function moment(value: string): Literal {
  return isRelative(value) ? word(value) : text(value);
}

export interface Recognised {
  operator: OperatorName;
  values: string[];
}

/** What a condition says in the words of the builder; null when it was written by hand in a way the builder lacks. */
export function recognise(field: Field, from: Condition): Recognised | null {
  const allowed = operatorsOf(field);
  for (const candidate of candidates(field, from)) if (allowed.includes(candidate.operator)) return candidate;
  return null;
}

function candidates(field: Field, { comparator, value, negated }: Condition): Recognised[] {
  const values =
    value.kind === 'list' ? value.items.map((item) => (item.kind === 'list' ? '' : item.text)) : [value.text];
  const raw = values[0] ?? '';
  if (value.kind === 'word' && raw === 'null' && (comparator === '=' || comparator === '!='))
    return [{ operator: (comparator === '=') !== negated ? 'empty' : 'notEmpty', values: [] }];
  if (field.kind === 'yesNo' && (raw === 'true' || raw === 'false') && (comparator === '=' || comparator === '!='))
    return [{ operator: (raw === 'true') === ((comparator === '=') !== negated) ? 'yes' : 'no', values: [] }];
  if (comparator === 'in') return [{ operator: negated ? 'noneOf' : 'anyOf', values }];
  if (comparator === ':')
    return [
      { operator: negated ? 'hasNot' : 'has', values },
      { operator: negated ? 'notContains' : 'contains', values },
    ];
  if (comparator === '=' || comparator === '!=') {
    const positive = (comparator === '=') !== negated;
    if (value.kind === 'word' && raw === 'me' && positive)
      return [
        { operator: 'me', values: [] },
        { operator: 'anyOf', values },
      ];
    if (value.kind === 'text' && raw.length > 1 && raw.endsWith('*') && positive)
      return [{ operator: 'startsWith', values: [raw.slice(0, -1)] }];
    return positive
      ? [
          { operator: 'anyOf', values },
          { operator: 'within', values },
          { operator: 'equal', values },
          { operator: 'is', values },
          { operator: 'has', values },
        ]
      : [
          { operator: 'noneOf', values },
          { operator: 'notEqual', values },
          { operator: 'isNot', values },
        ];
  }
  if (negated) return [];
  const ordered: Record<string, OperatorName[]> = {
    '<': ['before', 'less'],
    '<=': ['until', 'atMost'],
    '>': ['after', 'more'],
    '>=': ['from', 'atLeast'],
  };
  return (ordered[comparator] ?? []).map((operator) => ({ operator, values }));
}

/** The operator a new condition on this field starts with. */
export function firstOperator(field: Field): OperatorName {
  return operatorsOf(field)[0] ?? 'is';
}

/** Whether the condition says something: a text that was not typed yet should not empty the list. */
export function isComplete(field: Field, operator: OperatorName, values: string[]): boolean {
  return inputOf(field, operator) === 'none' || values.some((value) => value.trim() !== '');
}
