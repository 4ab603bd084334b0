import { useTranslation } from 'react-i18next';
import { useSession } from '../../api/session';
import type { AnyRecord, RecordType } from '../../api/types';
import { Checkbox } from '../../look/parts';
import { fitsKind } from '../../customers/fitsKind';
import { readValue, withAddress } from '../fields/flatAddress';
import { isEmpty } from '../fields/values';
import { sectionsOf } from '../form/FormFields';
import { InlineField } from './InlineField';

interface FieldListProps {
  recordType: RecordType;
  record: AnyRecord;
  /** Fields that the page shows elsewhere. */
  without?: readonly string[];
}

/** All fields by section, each editable in its place; empty ones can be put away. */
export function FieldList({ recordType, record, without = [] }: FieldListProps) {
  const { t } = useTranslation('record');
  const { me, prefer } = useSession();
  const hideEmpty = me.preferences.hideEmptyFields === true;
  const system = new Set(['id', 'version', ...without]);
  const all = withAddress(
    recordType.fields.filter((field) => !system.has(field.name) && (field.kind as string) !== 'json'),
  );
  const shown = all.filter((field) =>
    hideEmpty ? !isEmpty(readValue(field, record)) : fitsKind(recordType.type, field, record),
  );
  const own = shown.filter((field) => !field.system);
  const stamps = shown.filter((field) => field.system);

  return (
    <div className="field-list">
      <Checkbox
        label={t('page.hideEmpty')}
        checked={hideEmpty}
        onChange={(event) => prefer({ hideEmptyFields: event.target.checked })}
      />
      {sectionsOf(recordType, own).map((section) => (
        <section key={section.name} aria-label={section.title}>
          <h3>{section.title}</h3>
          <dl>
            {section.fields.map((field) => (
              <InlineField
                key={field.name}
                recordType={recordType}
                record={record}
                field={field}
                editable={recordType.rights.edit}
              />
            ))}
          </dl>
        </section>
      ))}
      {stamps.length > 0 && (
        <section aria-label={t('page.stamps')}>
          <h3>{t('page.stamps')}</h3>
          <dl>
            {stamps.map((field) => (
              <InlineField key={field.name} recordType={recordType} record={record} field={field} editable={false} />
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}
