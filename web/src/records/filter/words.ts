import { i18n, labelOf } from '../../language';
import { formatDecimal } from '../../look/format';
import { measureWords } from './behaviours';
import { write } from './filter';
import type { Draft, DraftCondition } from './draft';
import { inputOf } from './operators';

/** What a relative date means in words: 30 天前, 本月, 2026-11-22. */
export function momentWords(value: string): string {
  const match = /^([a-zA-Z]+)(?:([+-])(\d+)([dwmyh]))?$/.exec(value);
  if (!match) return value;
  const [, period, sign, count, unit] = match;
  const name = i18n.t(`filter.periods.${period}`);
  if (!count || !sign || !unit) return name;
  const words = i18n.t(sign === '-' ? 'filter.ago' : 'filter.ahead', {
    count: Number(count),
    unit: i18n.t(`filter.units.${unit}`),
  });
  return period === 'today' || period === 'now' ? words : `${name} ${words}`;
}

/** A chip's sentence, such as 级别 是 A 级、B 级. */
export function draftWords(draft: Draft, nameOf: (type: string, id: string) => string): string {
  switch (draft.kind) {
    case 'byHand':
      return write(draft.condition);
    case 'behaviour': {
      const inside = draft.inside.children.length > 0 ? draftWords(draft.inside, nameOf) : '';
      const said = i18n.t(inside ? 'filter.behaviour.wordsInside' : 'filter.behaviour.words', {
        noun: labelOf(draft.noun.labels, draft.noun.type),
        measure: measureWords(draft.noun, draft.measure),
        inside,
        comparator: i18n.t(`filter.behaviour.signs.${draft.comparator}`),
        value: formatDecimal(draft.value),
      });
      return draft.negated ? `${i18n.t('filter.not')} (${said})` : said;
    }
    case 'condition':
      return [
        labelOf(draft.field.labels, draft.field.name),
        i18n.t(`filter.operators.${draft.operator}`),
        valueWords(draft, nameOf),
      ]
        .filter(Boolean)
        .join(' ');
    case 'group': {
      const inside = draft.children
        .map((child) => (child.kind === 'group' ? `(${draftWords(child, nameOf)})` : draftWords(child, nameOf)))
        .join(` ${i18n.t(draft.join)} `);
      return draft.negated ? `${i18n.t('filter.not')} (${inside})` : inside;
    }
  }
}

function valueWords({ field, operator, values }: DraftCondition, nameOf: (type: string, id: string) => string): string {
  switch (inputOf(field, operator)) {
    case 'none':
      return '';
    case 'choices':
      return values
        .map((value) => labelOf(field.choices?.find((choice) => choice.value === value)?.labels, value))
        .join(i18n.t('listSeparator'));
    case 'references':
      return values
        .map((value) => (value === 'me' ? i18n.t('filter.me') : nameOf(field.reference ?? '', value)))
        .join(i18n.t('listSeparator'));
    case 'date':
    case 'period':
      return values.map(momentWords).join(i18n.t('listSeparator'));
    case 'number':
      return values.map(formatDecimal).join(i18n.t('listSeparator'));
    case 'text':
      return values.join(i18n.t('listSeparator'));
  }
}
