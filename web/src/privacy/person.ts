import type { AnyRecord, RecordType } from '../api/types';

/** Whether the record is about one human being, who may ask for a copy or to be forgotten. */
export function isPerson(recordType: Pick<RecordType, 'type' | 'aboutPeople'>, record: AnyRecord): boolean {
  return Boolean(recordType.aboutPeople) && (recordType.type !== 'customers' || record.kind === 'person');
}
