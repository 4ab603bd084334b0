import { useTranslation } from 'react-i18next';
import type { RecordTypeSummary } from '../api/types';
import { labelOf } from '../language';
import { Select } from '../look/Select';
import { Checkbox } from '../look/parts';
import { flags, type Reach, reaches, scopeOf, type Scopes, setFlag, setReach, verbs } from './rights';

interface ScopeTableProps {
  types: readonly RecordTypeSummary[];
  scopes: Scopes;
  disabled: boolean;
  onChange: (scopes: Scopes) => void;
}

/** Noun by verb: how far the role reaches, and below each noun the sentence that it makes. */
export function ScopeTable({ types, scopes, disabled, onChange }: ScopeTableProps) {
  const { t } = useTranslation('admin');
  return (
    <div className="admin-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('roles.noun')}</th>
            {verbs.map((verb) => (
              <th key={verb} scope="col">
                {t(`roles.verbs.${verb}`)}
              </th>
            ))}
            {flags.map((flag) => (
              <th key={flag} scope="col">
                {t(`roles.flags.${flag}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {types.map((type) => {
            const scope = scopeOf(scopes, type.type);
            const label = labelOf(type.labels, type.type);
            return (
              <tr key={type.type}>
                <th scope="row">
                  {label}
                  <span className="meta admin-sentence">
                    {scope.read === 'none'
                      ? t('roles.sentenceNone', { noun: label })
                      : t(scope.edit === 'none' ? 'roles.sentenceRead' : 'roles.sentence', {
                          noun: label,
                          read: t(`roles.reachWords.${scope.read}`),
                          edit: t(`roles.reachWords.${scope.edit}`),
                        })}
                  </span>
                </th>
                {verbs.map((verb) => (
                  <td key={verb}>
                    <Select
                      label={`${label} ${t(`roles.verbs.${verb}`)}`}
                      value={scope[verb]}
                      disabled={disabled}
                      options={reaches.map((reach) => ({ value: reach, label: t(`roles.reaches.${reach}`) }))}
                      onChange={(value) => onChange({ ...scopes, [type.type]: setReach(scope, verb, value as Reach) })}
                    />
                  </td>
                ))}
                {flags.map((flag) => (
                  <td key={flag}>
                    <Checkbox
                      bare
                      label={`${label} ${t(`roles.flags.${flag}`)}`}
                      checked={scope[flag]}
                      disabled={disabled}
                      onChange={(event) =>
                        onChange({ ...scopes, [type.type]: setFlag(scope, flag, event.target.checked) })
                      }
                    />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
