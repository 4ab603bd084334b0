import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, Value } from '../../api/types';
import { labelOf } from '../../language';
import { formatDecimal } from '../../look/format';
import { Icon } from '../../look/icons';
import { FieldValue, valueText } from '../fields/FieldValue';
import { type GroupKey, summed, type Totals } from './groups';

interface GroupLineProps {
  field: Field;
  groupKey: GroupKey;
  value: Value;
  folded: boolean;
  columns: readonly Field[];
  /** Over the whole group; absent while it is being counted. */
  totals: Totals | undefined;
  top: number;
  height: number;
  narrow: boolean;
  onFold: (key: GroupKey, value: Value) => void;
}

/** The heading of a group: what its rows share, how many there are and what they add up to; a press folds it. */
export const GroupLine = memo(function GroupLine(props: GroupLineProps) {
  const { field, groupKey, value, folded, columns, totals, top, height, narrow, onFold } = props;
  const { t } = useTranslation();
  const name = groupKey === '' ? t('list.groupNone') : ['date', 'instant'].includes(field.kind) ? groupKey : null;
  const heading = (
    <button
      type="button"
      className="group-fold"
      tabIndex={-1}
      aria-expanded={!folded}
      onClick={() => onFold(groupKey, value)}
    >
      <Icon name={folded ? 'right' : 'down'} size={16} />
      <span className="meta">{labelOf(field.labels, field.name)}</span>
      {name ?? <FieldValue field={field} value={value} compact />}
      {totals && <span className="group-count">{t('list.count_exact', { number: formatDecimal(totals.count) })}</span>}
      {totals && <Sums columns={columns} totals={totals} />}
    </button>
  );
  const style = { transform: `translateY(${top}px)`, height };
  return narrow ? (
    <li className="group-line" style={style}>
      {heading}
    </li>
  ) : (
    <div role="row" className="group-line" style={style}>
      <div role="gridcell" className="group-cell">
        {heading}
      </div>
    </div>
  );
});

/** Each sum with the name of its column, since a heading has no columns of its own. */
export function Sums({ columns, totals }: { columns: readonly Field[]; totals: Totals }) {
  const { t } = useTranslation();
  return summed(columns).map((field) => {
    const sum = totals.sums[field.name];
    if (sum === undefined) return null;
    return (
      <span key={field.name} className="group-sum">
        <span className="meta">{labelOf(field.labels, field.name)}</span>{' '}
        {sum === null ? t('list.noSum') : valueText(field, sum)}
      </span>
    );
  });
}
