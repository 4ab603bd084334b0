import { useMemo } from 'react';
import { useRecordType } from '../api/queries';
import type { Field } from '../api/types';
import { useBehaviours } from '../records/filter/behaviours';
import { draftGroup, draftOf } from '../records/filter/draft';
import { operatorsOf } from '../records/filter/operators';
import { useReferenceNames } from '../records/filter/referenceNames';
import { draftWords } from '../records/filter/words';
import { inOrder } from '../records/list/columns';

const none: Field[] = [];

/** What a customer can be asked about in conditions, segments included. */
export function useAskable(): readonly Field[] {
  const type = useRecordType('customers').data;
  return useMemo(
    () => (type ? [...inOrder(type), ...(type.filterFields ?? [])].filter(
            (field) => field.filterable && !field.retired && operatorsOf(field).length > 0,
          ) : none),
    [type],
  );
}

/** The conditions of a segment as a sentence. */
export function ConditionWords({ filter }: { filter: string }) {
  const fields = useAskable();
  const behaviours = useBehaviours('customers');
  const draft = useMemo(() => {
    try {
      return draftOf(filter, fields, behaviours);
    } catch {
      return draftGroup();
    }
  }, [filter, fields, behaviours]);
  const nameOf = useReferenceNames(draft);
  return <>{draft.children.length > 0 ? draftWords(draft, nameOf) : filter}</>;
}
