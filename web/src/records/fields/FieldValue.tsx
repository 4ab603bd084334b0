import { memo } from 'react';
import { Link } from 'react-router';
import { spokenMentions } from '../../activities/mentions';
import type { Address, AnyRecord, Choice, ContactPoint, Field, Money, Reference, Value } from '../../api/types';
import { currentLanguage, labelOf } from '../../language';
import { formatAddress, formatDate, formatDecimal, formatInstant, formatPercent } from '../../look/format';
import { Chip } from '../../look/parts';
import { birthdayText } from './birthday';
import { CopyButton } from './CopyButton';
import { moneyText } from './money';
import { phoneLink, phoneText } from './phone';
import { isEmpty } from './values';
import { masked, no, notVisible, outOf, yes } from './words';
import './fields.css';

export interface FieldValueProps {
  field: Field;
  value: Value;
  record?: AnyRecord;
  /** One line, no wrapping, nothing to click: for list cells. */
  compact?: boolean;
}

const ownPage = new Set(['customers', 'contacts', 'activities']);

/** Shows one value. Lists draw thousands of these: nothing of antd here. */
export const FieldValue = memo(function FieldValue({ field, value, compact = false }: FieldValueProps) {
  if (isEmpty(value)) return null;
  if (field.right === 'masked')
    return (
      <span className="field-masked" title={labelOf(masked)}>
        {typeof value === 'string' ? value : valueText(field, value)}
      </span>
    );

  switch (field.kind) {
    case 'choice':
      return <ChoiceChip field={field} value={String(value)} />;
    case 'choices':
    case 'tags':
      return (
        <span className="field-chips" data-compact={compact || undefined}>
          {asList(value).map((item) => (
            <ChoiceChip key={item} field={field} value={item} />
          ))}
        </span>
      );
    case 'rating':
      return <Rating value={Number(value)} />;
    case 'longText':
      return <span className={compact ? undefined : 'field-long'}>{spokenMentions(String(value))}</span>;
    case 'contactPoints':
      return <ContactPoints field={field} value={value} compact={compact} />;
    default:
      return compact ? <>{valueText(field, value)}</> : <Active field={field} value={value} />;
  }
});

/** What a model says has more digits than it means. */
const reckoned = (name: string, value: number) =>
  /\.(alive|probability)$/.test(name) ? formatPercent(value) : formatDecimal(Number(value.toFixed(2)));

/** The value as plain text, as a title, a sentence or a copied cell needs it. */
export function valueText(
  field: Pick<Field, 'kind' | 'choices'> & Partial<Pick<Field, 'name' | 'computed'>>,
  value: Value,
): string {
  if (isEmpty(value)) return '';
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if ('amount' in value) return moneyText(value as Money);
    if ('name' in value) return (value as Reference).name;
    if ('hidden' in value) return labelOf(notVisible);
    if (field.kind === 'address') return formatAddress(value as Address);
    return JSON.stringify(value);
  }
  switch (field.kind) {
    case 'choice':
      return choiceLabel(field.choices, String(value));
    case 'choices':
    case 'tags':
      return asList(value)
        .map((item) => choiceLabel(field.choices, item))
        .join(' · ');
    case 'contactPoints':
      return (value as ContactPoint[]).map((point) => `${point.label} ${point.value}`).join(' · ');
    case 'yesNo':
      return labelOf(value === true || value === 'true' ? yes : no);
    case 'number':
      return field.computed ? reckoned(field.name ?? '', Number(value)) : formatDecimal(value as number);
    case 'integer':
      return formatDecimal(value as number);
    case 'date':
      return formatDate(value as string);
    case 'instant':
      return formatInstant(value as string);
    case 'phone':
      return phoneText(String(value));
    case 'birthday':
      return birthdayText(String(value), currentLanguage());
    default:
      return String(value);
  }
}

export function choiceLabel(choices: Choice[] | null | undefined, value: string): string {
  const choice = choices?.find((candidate) => candidate.value === value);
  return choice ? labelOf(choice.labels, value) : value;
}

const chipColors = new Set(['blue', 'green', 'amber', 'red', 'grey', 'violet']);

export function ChoiceChip({ field, value }: { field: Pick<Field, 'choices' | 'kind'>; value: string }) {
  const choice = field.choices?.find((candidate) => candidate.value === value);
  const color = choice?.color && chipColors.has(choice.color) ? choice.color : 'grey';
  return <Chip color={color}>{choice ? labelOf(choice.labels, value) : value}</Chip>;
}

function Active({ field, value }: { field: Field; value: Value }) {
  const text = valueText(field, value);
  switch (field.kind) {
    case 'phone': {
      const link = phoneLink(String(value));
      return (
        <span className="field-copyable">
          {link ? <a href={link}>{text}</a> : text}
          {link && <CopyButton text={String(value).replace(/^\+86(?=1[3-9]\d{9}$)/, '')} label={text} />}
        </span>
      );
    }
    case 'email':
      return (
        <span className="field-copyable">
          <a href={`mailto:${text}`}>{text}</a>
          <CopyButton text={text} label={text} />
        </span>
      );
    case 'link':
      return /^https?:\/\//i.test(text) ? (
        <a href={text} target="_blank" rel="noopener noreferrer">
          {text.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '')}
        </a>
      ) : (
        <>{text}</>
      );
    case 'reference': {
      const reference = value as Reference;
      return field.reference && ownPage.has(field.reference) && reference.id ? (
        <Link to={`/${field.reference}/${reference.id}`}>{text}</Link>
      ) : (
        <>{text}</>
      );
    }
    default:
      return <>{text}</>;
  }
}

function ContactPoints({ field, value, compact }: { field: Field; value: Value; compact: boolean }) {
  if (!Array.isArray(value)) return <>{String(value)}</>;
  if (compact) return <>{valueText(field, value)}</>;
  return (
    <ul className="field-points">
      {(value as ContactPoint[]).map((point) => (
        <li key={`${point.label} ${point.value}`} className="field-copyable">
          <span className="meta">{point.label}</span> {point.value}
          <CopyButton text={point.value} label={point.value} />
        </li>
      ))}
    </ul>
  );
}

function Rating({ value }: { value: number }) {
  const stars = Math.max(0, Math.min(5, Math.round(value)));
  return (
    <span className="field-rating" role="img" aria-label={`${value} ${labelOf(outOf)}`}>
      {'★'.repeat(stars)}
      <span className="field-rating-rest">{'★'.repeat(5 - stars)}</span>
    </span>
  );
}

function asList(value: Value): string[] {
  return Array.isArray(value) ? (value as string[]) : [String(value)];
}
