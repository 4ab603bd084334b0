import type { AnyRecord, RecordType } from '../../api/types';
import { valueText } from '../fields/FieldValue';

/** What a record is called; for nouns without a name of their own that is a choice in the reader's words. */
export function titleOf(description: RecordType, record: AnyRecord): string {
  const field = description.fields.find((candidate) => candidate.name === description.titleField);
  const value = record[description.titleField];
  return (field ? valueText(field, value) : String(value ?? '')) || record.id.slice(0, 8);
}
