import { useCallback, useEffect, useMemo, useState } from 'react';
import type { AnyRecord, RecordType, Values } from '../../api/types';
import { changedValues } from '../fields/values';
import { type Draft, dropDraft, readDraft, useKeptDraft } from './draft';

/** The values of a form with what was typed kept in this browser until it is saved or thrown away. */
export function useRecordDraft(
  key: string,
  recordType: RecordType,
  record: AnyRecord | null,
  given: Values | undefined,
) {
  const [initial] = useState(given);
  const [kept] = useState(() => readDraft(key));
  const [typed, setTyped] = useState<Values>(() => kept?.values ?? {});
  const [restored, setRestored] = useState(kept !== null);
  // The version the work started on stays the base, also when the draft was picked up again a day later.
  const [base, setBase] = useState<{ values: Values; version?: number }>(() =>
    kept?.base ? { values: kept.base, version: kept.version } : { values: record ?? {}, version: record?.version },
  );
  const [started] = useState(() => new Date().toISOString());

  const values = useMemo<Values>(
    () => ({ ...base.values, ...(record ? {} : initial), ...typed }),
    [base, record, initial, typed],
  );
  const changed = useMemo(
    () => changedValues(recordType.fields, record ? base.values : {}, record ? typed : { ...initial, ...typed }),
    [recordType, base, record, initial, typed],
  );
  const isDirty =
    Object.keys(changedValues(recordType.fields, record ? base.values : { ...initial }, typed)).length > 0;

  const draft = useMemo<Draft | null>(
    () =>
      isDirty ? { values: typed, version: base.version, base: record ? base.values : undefined, at: started } : null,
    [isDirty, typed, base, record, started],
  );
  const forget = useKeptDraft(key, draft);
  useEffect(() => {
    if (!isDirty) dropDraft(key);
  }, [isDirty, key]);

  const set = useCallback((change: Values) => setTyped((old) => ({ ...old, ...change })), []);
  const startOver = useCallback(() => {
    setTyped({});
    setRestored(false);
    if (record) setBase({ values: record, version: record.version });
    forget();
  }, [forget, record]);
  /** After a conflict was settled: go on from the version that is stored now. */
  const rebase = useCallback((current: AnyRecord, next: Values) => {
    setBase({ values: current, version: current.version });
    setTyped(next);
  }, []);
  const finish = useCallback(() => {
    setTyped({});
    forget();
  }, [forget]);

  return { values, typed, base, changed, isDirty, restored, set, startOver, rebase, finish };
}
