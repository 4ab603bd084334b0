import type { AnyRecord, Values } from '../../api/types';

export interface RecordFormProps {
  type: string;
  /** Absent for a new record. */
  id?: string;
  initial?: Values;
  onSaved: (record: AnyRecord) => void;
  onClose: () => void;
}

/** The drawer in which a record of any type is made or changed. */
export default function RecordForm({ type }: RecordFormProps) {
  return <aside>{type}</aside>;
}
