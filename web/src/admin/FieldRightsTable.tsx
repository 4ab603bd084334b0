import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRecordType } from '../api/queries';
import type { RecordTypeSummary } from '../api/types';
import { labelOf } from '../language';
import { formatList } from '../look/format';
import { Segmented, TextInput } from '../look/parts';
import { type FieldRight, fieldRights, type FieldRights } from './rights';

interface FieldRightsTableProps {
  types: readonly RecordTypeSummary[];
  rights: FieldRights;
  disabled: boolean;
  onChange: (rights: FieldRights) => void;
}

/** Field by right: hidden, masked, read or edit. Masks hold in lists, exports, search and the API alike. */
export function FieldRightsTable({ types, rights, disabled, onChange }: FieldRightsTableProps) {
  const { t } = useTranslation('admin');
  const [type, setType] = useState(types[0]?.type ?? 'customers');
  const [wanted, setWanted] = useState('');
  const recordType = useRecordType(type).data;
  const held = rights[type] ?? {};
  const fields = (recordType?.fields ?? []).filter(
    (field) => !field.system && labelOf(field.labels, field.name).toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  const limited = Object.entries(held).filter(([, right]) => right !== 'edit');
  const nameOf = (name: string) => labelOf(recordType?.fields.find((field) => field.name === name)?.labels, name);

  return (
    <div className="admin-field-rights">
      <div className="admin-tools">
        <Segmented
          label={t('roles.noun')}
          value={type}
          options={types.map((candidate) => ({
            value: candidate.type,
            label: labelOf(candidate.labels, candidate.type),
          }))}
          onChange={setType}
        />
        <TextInput
          type="search"
          aria-label={t('fields.find')}
          placeholder={t('fields.find')}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      </div>
      <p className="record-notice">
        {limited.length === 0
          ? t('roles.noLimits')
          : (['hidden', 'masked', 'read'] as const)
              .map(
                (right) =>
                  [right, limited.filter(([, other]) => other === right).map(([name]) => nameOf(name))] as const,
              )
              .filter(([, names]) => names.length > 0)
              .map(([right, names]) => t(`roles.limits.${right}`, { fields: formatList(names) }))
              .join(' ')}
      </p>
      <div className="admin-table admin-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('fields.label')}</th>
              {fieldRights.map((right) => (
                <th key={right} scope="col">
                  {t(`roles.rights.${right}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => {
              const label = labelOf(field.labels, field.name);
              const now: FieldRight = held[field.name] ?? 'edit';
              return (
                <tr key={field.name} data-limited={now === 'edit' ? undefined : true}>
                  <th scope="row">{label}</th>
                  {fieldRights.map((right) => (
                    <td key={right}>
                      <input
                        type="radio"
                        name={`right-${type}-${field.name}`}
                        aria-label={`${label}: ${t(`roles.rights.${right}`)}`}
                        checked={now === right}
                        disabled={
                          disabled ||
                          (field.required && right === 'hidden') ||
                          (field.name === recordType?.titleField && (right === 'hidden' || right === 'masked'))
                        }
                        onChange={() => onChange({ ...rights, [type]: { ...held, [field.name]: right } })}
                      />
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}
