import { useMemo } from 'react';
import { useRecordTypes } from '../api/queries';
import type { RecordTypeSummary } from '../api/types';

const administered = new Set(['users', 'teams', 'roles']);
const order = ['customers', 'contacts', 'activities', 'relations'];

/** The nouns people work with, in the order of a working day; people and roles are under administration. */
export function useNouns(): RecordTypeSummary[] {
  const { data } = useRecordTypes();
  return useMemo(
    () => (data ?? []).filter(({ type }) => !administered.has(type)).sort((a, b) => rank(a.type) - rank(b.type)),
    [data],
  );
}

function rank(type: string): number {
  const at = order.indexOf(type);
  return at < 0 ? order.length : at;
}
