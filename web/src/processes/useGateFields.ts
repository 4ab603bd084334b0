import { useMemo } from 'react';
import { useRecordType } from '../api/queries';
import type { Field } from '../api/types';
import { operatorsOf } from '../records/filter/operators';
import { inOrder } from '../records/list/columns';

/** What a gate can ask about: the fields of a deal, and those of its customer behind a dot. */
export function useGateFields(): readonly Field[] {
  const deals = useRecordType('deals').data;
  const customers = useRecordType('customers').data;
  return useMemo(() => {
    if (!deals || !customers) return [];
    const askable = (field: Field) => field.filterable && !field.retired && operatorsOf(field).length > 0;
    return [
      ...inOrder(deals).filter(askable),
      ...inOrder(customers)
        .filter((field) => askable(field) && !field.system)
        .map((field) => ({
          ...field,
          name: `customer.${field.name}`,
          labels: Object.fromEntries(
            Object.entries(field.labels).map(([language, words]) => [language, `${customers.singularLabels[language] ?? ''} · ${words}`]),
          ),
        })),
    ];
  }, [deals, customers]);
}
