import { useTranslation } from 'react-i18next';
import { labelOf } from '../language';
import { assign, type Mapping, mayTakeMany, type Target } from './mapping';
import type { Rule } from './imports';

const rules: readonly Rule[] = ['overwrite', 'ifEmpty', 'never'];

interface ColumnTableProps {
  columns: readonly string[];
  sample: readonly (readonly string[])[];
  targets: readonly Target[];
  groups: readonly { name: string | null; label: string }[];
  mapping: Mapping;
  /** Rules by field; shown when records that are there may change. */
  rules: Record<string, Rule>;
  withRules: boolean;
  /** Makes a field out of a column; absent for who may not. */
  onNewField?: (column: string) => void;
  onMapping: (mapping: Mapping) => void;
  onRules: (rules: Record<string, Rule>) => void;
}

/** Each column of the file, what stands in it, where it goes, and what its values do to those that are there. */
export function ColumnTable(props: ColumnTableProps) {
  const { t } = useTranslation('exchange');
  const { columns, sample, targets, groups, mapping, withRules } = props;
  const used = new Set(Object.values(mapping));
  return (
    <div className="exchange-table">
      <table className="exchange-stack">
        <thead>
          <tr>
            <th scope="col">{t('map.column')}</th>
            <th scope="col">{t('map.sample')}</th>
            <th scope="col">{t('map.field')}</th>
            {withRules && <th scope="col">{t('map.rule')}</th>}
          </tr>
        </thead>
        <tbody>
          {columns.map((column, index) => {
            const path = mapping[column];
            const target = targets.find((candidate) => candidate.path === path);
            return (
              <tr key={`${column}${index}`} data-unmapped={path ? undefined : true}>
                <th scope="row">{column}</th>
                <td className="meta">
                  <span className="ellipsis">
                    {[...new Set(sample.map((row) => row[index]).filter(Boolean))].slice(0, 3).join(' · ')}
                  </span>
                </td>
                <td>
                  <select
                    className="text-input"
                    aria-label={t('map.fieldFor', { column })}
                    value={path ?? ''}
                    onChange={({ target: { value } }) => {
                      if (value === '+') props.onNewField?.(column);
                      else {
                        const chosen = targets.find((candidate) => candidate.path === value);
                        props.onMapping(assign(mapping, column, value || null, chosen && mayTakeMany(chosen)));
                      }
                    }}
                  >
                    <option value="">{t('map.ignore')}</option>
                    {groups.map((group) => {
                      const options = targets
                        .filter(({ beside }) => beside === group.name)
                        .map((candidate) => (
                          <option key={candidate.path} value={candidate.path}>
                            {labelOf(candidate.labels, candidate.path)}
                            {candidate.required ? ' *' : ''}
                            {used.has(candidate.path) && path !== candidate.path ? ` (${t('map.taken')})` : ''}
                          </option>
                        ));
                      return groups.length === 1 ? (
                        options
                      ) : (
                        <optgroup key={group.label} label={group.label}>
                          {options}
                        </optgroup>
                      );
                    })}
                    {props.onNewField && !path && <option value="+">{t('map.newField')}</option>}
                  </select>
                </td>
                {withRules && (
                  <td>
                    {path && target?.field.name !== 'id' && (
                      <select
                        className="text-input"
                        aria-label={t('map.ruleFor', { column })}
                        value={props.rules[path] ?? 'overwrite'}
                        onChange={({ target: { value } }) => props.onRules({ ...props.rules, [path]: value as Rule })}
                      >
                        {rules.map((rule) => (
                          <option key={rule} value={rule}>
                            {t(`map.rules.${rule}`)}
                          </option>
                        ))}
                      </select>
                    )}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
