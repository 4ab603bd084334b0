import type { AnyRecord, Field, Value } from '../../api/types';

export interface FieldValueProps {
  field: Field;
  value: Value;
  record?: AnyRecord;
  /** One line, no wrapping: for list cells. */
  compact?: boolean;
}

/** Shows one value. Lists draw thousands of these: nothing of antd here. */
export function FieldValue({ value }: FieldValueProps) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'object' && 'name' in value) return <>{value.name}</>;
  return <>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</>;
}
