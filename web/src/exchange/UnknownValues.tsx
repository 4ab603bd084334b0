import { useTranslation } from 'react-i18next';
import type { RecordType, Reference } from '../api/types';
import { labelOf } from '../language';
import { formatDecimal } from '../look/format';
import { Select } from '../look/Select';
import FieldInput from '../records/fields/FieldInput';
import { referenceField } from '../records/page/ShareDialog';
import type { ImportOptions, Unknown } from './imports';

interface UnknownValuesProps {
  recordType: RecordType;
  beside?: RecordType;
  unknown: readonly Unknown[];
  values: ImportOptions['values'];
  onValues: (values: ImportOptions['values']) => void;
}

/** Names of nobody and words of no choice: what each means is said once, for all rows. */
export function UnknownValues({ recordType, beside, unknown, values, onValues }: UnknownValuesProps) {
  const { t } = useTranslation('exchange');
  if (unknown.length === 0) return null;
  const set = (field: string, text: string, meant: string | undefined) => {
    const own = { ...values[field] };
    if (meant === undefined) delete own[text];
    else own[text] = meant;
    onValues({ ...values, [field]: own });
  };
  return (
    <section className="panel" aria-label={t('unknown.title')}>
      <h2>{t('unknown.title')}</h2>
      <p className="meta">{t('unknown.help')}</p>
      <div className="exchange-table">
        <table className="exchange-stack">
          <thead>
            <tr>
              <th scope="col">{t('unknown.text')}</th>
              <th scope="col">{t('map.field')}</th>
              <th scope="col" className="number">
                {t('unknown.rows')}
              </th>
              <th scope="col">{t('unknown.means')}</th>
            </tr>
          </thead>
          <tbody>
            {unknown.slice(0, 100).map((item) => {
              const [noun, name] = item.field.includes('.')
                ? [beside, item.field.split('.')[1]]
                : [recordType, item.field];
              const field = noun?.fields.find((candidate) => candidate.name === name);
              const meant = values[item.field]?.[item.text];
              const label = t('unknown.meansFor', { text: item.text });
              return (
                <tr key={item.field + item.text}>
                  <th scope="row">{item.text}</th>
                  <td>{labelOf(field?.labels, item.field)}</td>
                  <td className="number">{formatDecimal(item.rows)}</td>
                  <td>
                    <span className="exchange-meant">
                      <Select
                        label={label}
                        value={
                          meant === undefined
                            ? '-'
                            : meant === ''
                              ? ''
                              : (field?.choices ?? []).some(({ value }) => value === meant) ||
                                  meant === 'me' ||
                                  meant === 'none'
                                ? meant
                                : '@'
                        }
                        options={[
                          { value: '-', label: t('unknown.reject') },
                          { value: '', label: t('unknown.empty') },
                          ...(field?.reference === 'users' ? [{ value: 'me', label: t('map.owners.me') }] : []),
                          ...(field?.reference === 'users' && name === 'owner' ? [{ value: 'none', label: t('map.owners.none') }] : []),
                          ...(field?.kind === 'yesNo' ? ['true', 'false'].map((value) => ({ value, label: t(`unknown.${value === 'true' ? 'yes' : 'no'}`) })) : []),
                          ...(field?.choices ?? []).filter(({ retired }) => !retired).map((choice) => ({ value: choice.value, label: labelOf(choice.labels, choice.value) })),
                          ...(meant && meant.length > 5 && field?.reference ? [{ value: '@', label: t('unknown.chosen') }] : []),
                        ]}
                        onChange={(value) =>
                          set(
                            item.field,
                            item.text,
                            value === '-' ? undefined : value === '@' ? (meant && meant.length > 4 ? meant : 'me') : value,
                          )
                        }
                      />
                      {field?.reference === 'users' && <span className="meta">{t('unknown.orPerson')}</span>}
                      {field?.reference === 'users' && (
                        <FieldInput
                          field={referenceField('users', label)}
                          value={meant && meant.length > 5 ? { id: meant, name: '' } : null}
                          size="small"
                          onChange={(person) => set(item.field, item.text, (person as Reference | null)?.id)}
                        />
                      )}
                    </span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
