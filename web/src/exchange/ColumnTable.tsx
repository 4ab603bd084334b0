import { useTranslation } from 'react-i18next';
import { labelOf } from '../language';
import { Select } from '../look/Select';
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
                  <Select
                    label={t('map.fieldFor', { column })}
                    value={path ?? ''}
                    options={[
                      { value: '', label: t('map.ignore') },
                      ...groups.flatMap((group) =>
                        targets
                          .filter(({ beside }) => beside === group.name)
                          .map((candidate) => ({
                            value: candidate.path,
                            label: `${groups.length > 1 && group.name ? `${group.label} · ` : ''}${labelOf(candidate.labels, candidate.path)}${candidate.required ? ' *' : ''}${used.has(candidate.path) && path !== candidate.path ? ` (${t('map.taken')})` : ''}`,
                          })),
                      ),
                      ...(props.onNewField && !path ? [{ value: '+', label: t('map.newField') }] : []),
                    ]}
                    onChange={(value) => {
                      if (value === '+') props.onNewField?.(column);
                      else {
                        const chosen = targets.find((candidate) => candidate.path === value);
                        props.onMapping(assign(mapping, column, value || null, chosen && mayTakeMany(chosen)));
                      }
                    }}
                  />
                </td>
                {withRules && (
                  <td>
                    {path && target?.field.name !== 'id' && (
                      <Select
                        label={t('map.ruleFor', { column })}
                        value={props.rules[path] ?? 'overwrite'}
                        options={rules.map((rule) => ({ value: rule, label: t(`map.rules.${rule}`) }))}
                        onChange={(rule) => props.onRules({ ...props.rules, [path]: rule })}
                      />
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
