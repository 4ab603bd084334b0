import { useMemo } from 'react';
import { useRecordTypes } from '../../api/queries';
import type { Field, Labels, RecordType } from '../../api/types';
import { i18n, labelOf } from '../../language';
import { draftBehaviour, draftCondition, type DraftBehaviour } from './draft';
import { operatorsOf } from './operators';

/** A noun whose records belong to those that are filtered: the activities of a customer, its deals and what they sold. */
export interface Noun {
  type: string;
  labels: Labels;
  fields: Field[];
  measures: Measure[];
}

export interface Measure {
  name: string;
  labels: Labels;
  kind: 'sum' | 'rhythm';
}

export type Behaviours = readonly Noun[];

export const fieldsOf = (noun: Noun): readonly Field[] => noun.fields;

export const measureOf = (noun: Noun, name: string): Measure | undefined =>
  noun.measures.find((measure) => measure.name === name);

const usable = (field: Field) => field.filterable && !field.retired && operatorsOf(field).length > 0;

/** The nouns that belong to one, with the fields of what they point to among each other: a line asks for its deal's state. */
export function behavioursOf(types: readonly RecordType[], root: string): Noun[] {
  const children = types.filter(
    (type) => type.parentField && type.fields?.find((field) => field.name === type.parentField)?.reference === root,
  );
  return children.map((type) => ({
    type: type.type,
    labels: type.labels,
    fields: [
      ...type.fields.filter((field) => usable(field) && field.name !== type.parentField),
      ...type.fields.flatMap((field) => {
        const target = field.kind === 'reference' ? children.find((child) => child.type === field.reference) : undefined;
        return target && target !== type
          ? target.fields
              .filter((inner) => usable(inner) && inner.kind !== 'reference')
              .map((inner) => ({ ...inner, name: `${field.name}.${inner.name}`, labels: joined(field.labels, inner.labels) }))
          : [];
      }),
    ],
    measures: type.fields.flatMap((field): Measure[] =>
      !usable(field) || field.system
        ? []
        : ['number', 'integer', 'money', 'rating'].includes(field.kind)
          ? [{ name: field.name, labels: field.labels, kind: 'sum' }]
          : field.kind === 'instant'
            ? [{ name: `${field.name}.rhythm`, labels: field.labels, kind: 'rhythm' }]
            : [],
    ),
  }));
}

function joined(outer: Labels, inner: Labels): Labels {
  const both: Labels = {};
  for (const language of Object.keys(inner)) both[language] = `${outer[language] ?? ''} · ${inner[language] ?? ''}`;
  return both;
}

export function useBehaviours(root: string | undefined): Behaviours {
  const { data } = useRecordTypes();
  return useMemo(() => (root && data ? behavioursOf(data as RecordType[], root) : []), [data, root]);
}

/** What is counted, in words. */
export function measureWords(noun: Noun, name: string): string {
  const measure = measureOf(noun, name);
  if (!measure) return i18n.t('filter.behaviour.count');
  return i18n.t(measure.kind === 'sum' ? 'filter.behaviour.sum' : 'filter.behaviour.rhythm', {
    field: labelOf(measure.labels, measure.name),
  });
}

interface Preset {
  key: string;
  draft: () => DraftBehaviour;
}

/** What people ask most often, ready but for the numbers. */
export function presets(behaviours: Behaviours): Preset[] {
  const noun = (type: string) => behaviours.find((candidate) => candidate.type === type);
  const made: Preset[] = [];
  const [activities, deals, lines] = [noun('activities'), noun('deals'), noun('deal-lines')];
  const when = (of: Noun, name: string, operator: DraftConditionOperator, values: string[]) => {
    const field = of.fields.find((candidate) => candidate.name === name);
    return field ? [draftCondition(field, operator, values)] : [];
  };
  if (activities) {
    const done = (days: number, kinds: string[]) => [
      ...(kinds.length > 0 ? when(activities, 'kind', 'anyOf', kinds) : []),
      ...when(activities, 'status', 'anyOf', ['done']),
      ...when(activities, 'at', 'from', [`today-${days}d`]),
    ];
    made.push(
      { key: 'noVisit', draft: () => ({ ...draftBehaviour(activities, done(60, ['visit'])), comparator: '=', value: '0' }) },
      { key: 'often', draft: () => ({ ...draftBehaviour(activities, done(30, ['call', 'visit', 'meeting'])), value: '3' }) },
    );
  }
  if (deals)
    made.push(
      {
        key: 'won',
        draft: () =>
          draftBehaviour(deals, [...when(deals, 'status', 'anyOf', ['won']), ...when(deals, 'closedAt', 'from', ['today-365d'])]),
      },
      {
        key: 'value',
        draft: () => ({
          ...draftBehaviour(deals, [...when(deals, 'status', 'anyOf', ['won']), ...when(deals, 'closedAt', 'from', ['today-365d'])]),
          measure: 'homeAmount',
          value: '100000',
        }),
      },
      {
        key: 'overdue',
        draft: () => ({
          ...draftBehaviour(deals, when(deals, 'status', 'anyOf', ['won'])),
          measure: 'closedAt.rhythm',
          comparator: '>',
          value: '2',
        }),
      },
    );
  if (lines)
    made.push({
      key: 'bought',
      draft: () => ({
        ...draftBehaviour(lines, [
          ...when(lines, 'product', 'anyOf', []),
          ...when(lines, 'deal.status', 'anyOf', ['won']),
          ...when(lines, 'deal.closedAt', 'from', ['today-180d']),
        ]),
        value: '2',
      }),
    });
  return made;
}

type DraftConditionOperator = Parameters<typeof draftCondition>[1];
