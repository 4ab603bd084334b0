import { memo } from 'react';
import { Link } from 'react-router';
import type { AnyRecord, Field, RecordType } from '../../api/types';
import { FieldValue, valueText } from '../fields/FieldValue';
import { titleOf } from './title';
import { labelOf } from '../../language';
import { formatRelative } from '../../look/format';

interface CardProps {
  description: RecordType;
  record: AnyRecord;
  columns: readonly Field[];
  index: number;
  top: number;
  height: number;
  state: unknown;
}

/** A row on a phone: its name with what it is, then two lines of the next columns. */
export const Card = memo(function Card({ description, record, columns, index, top, height, state }: CardProps) {
  const title = titleOf(description, record);
  const others = columns.filter((field) => field.name !== description.titleField);
  const chips = others.filter((field) => field.kind === 'choice').slice(0, 2);
  const texts = others.filter((field) => !['choice', 'longText'].includes(field.kind) && hasValue(record[field.name]));
  const moment = texts.find((field) => field.kind === 'instant');
  const rest = texts.filter((field) => field !== moment);
  return (
    <li
      className="card"
      aria-posinset={index + 1}
      aria-setsize={-1}
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <Link to={`/${description.type}/${record.id}`} state={state}>
        <span className="card-line">
          <strong className="ellipsis">{title}</strong>
          <span className="card-chips">
            {chips.map((field) => (
              <FieldValue key={field.name} field={field} value={record[field.name]} compact />
            ))}
          </span>
        </span>
        <span className="card-line">
          <span className="ellipsis">{textsOf(rest.slice(0, 3), record)}</span>
        </span>
        <span className="card-line meta">
          <span className="ellipsis">{textsOf(rest.slice(3, 6), record)}</span>
          {moment && <span className="card-moment">{formatRelative(String(record[moment.name]))}</span>}
        </span>
      </Link>
    </li>
  );
});

const hasValue = (value: unknown) =>
  value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);

const textsOf = (fields: readonly Field[], record: AnyRecord) =>
  fields
    .map((field) => {
      const value = record[field.name];
      // A bare date or number says nothing; a name, a city or a telephone number speak for themselves.
      return ['instant', 'date', 'number', 'integer'].includes(field.kind)
        ? `${labelOf(field.labels)} ${field.kind === 'instant' ? formatRelative(String(value)) : valueText(field, value)}`
        : valueText(field, value);
    })
    .filter(Boolean)
    .join(' · ');
