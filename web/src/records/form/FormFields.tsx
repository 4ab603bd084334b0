import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, FieldKind, RecordType, Value, Values } from '../../api/types';
import { labelOf } from '../../language';
import { EditedType } from '../fields/tags';
import FieldInput, { isEditable } from '../fields/FieldInput';
import { FieldValue } from '../fields/FieldValue';
import { readValue } from '../fields/flatAddress';
import { isEmpty } from '../fields/values';

const wide: ReadonlySet<FieldKind> = new Set(['longText', 'address', 'contactPoints', 'tags', 'birthday']);

interface FormFieldsProps {
  recordType: RecordType;
  fields: readonly Field[];
  values: Values;
  errors: Readonly<Record<string, string>>;
  onChange: (name: string, value: Value) => void;
  autoFocus?: string;
  /** Drawn right under the named field: duplicate hits under the name, say. */
  after?: Readonly<Record<string, React.ReactNode>>;
}

/** The fields of a form in the sections of the description, two columns, labels above. */
export function FormFields({ recordType, fields, values, errors, onChange, autoFocus, after }: FormFieldsProps) {
  const sections = sectionsOf(recordType, fields);
  return (
    <EditedType value={recordType.type}>
      {sections.map(({ name, title, fields: inSection }) => (
        <section key={name} className="record-form-section" aria-label={title}>
          {sections.length > 1 && <h3>{title}</h3>}
          <div className="record-form-grid">
            {inSection.map((field) => (
              <FormField
                key={field.name}
                field={field}
                value={readValue(field, values)}
                error={errors[field.name]}
                autoFocus={autoFocus === field.name}
                after={after?.[field.name]}
                onChange={onChange}
              />
            ))}
          </div>
        </section>
      ))}
    </EditedType>
  );
}

interface FormFieldProps {
  field: Field;
  value: Value;
  error?: string;
  autoFocus: boolean;
  after?: React.ReactNode;
  onChange: (name: string, value: Value) => void;
}

function FormField({ field, value, error, autoFocus, after, onChange }: FormFieldProps) {
  const { t } = useTranslation('record');
  const id = useId();
  const label = labelOf(field.labels, field.name);
  const help = labelOf(field.help);
  const described = error ? `${id}-error` : help ? `${id}-help` : undefined;
  const editable = isEditable(field);
  return (
    <div className="record-form-field labelled" data-wide={wide.has(field.kind) || undefined} data-field={field.name}>
      <label htmlFor={editable ? id : undefined}>
        {label}
        {field.required && editable && (
          <span className="record-form-required" title={t('form.required')}>
            *
          </span>
        )}
      </label>
      {editable ? (
        <FieldInput
          id={id}
          field={field}
          value={value}
          autoFocus={autoFocus}
          invalid={Boolean(error)}
          describedBy={described}
          onChange={(next) => onChange(field.name, next)}
        />
      ) : (
        <div
          className="record-form-fixed"
          title={field.right === 'masked' ? t('form.maskedHint') : t('form.readOnlyHint')}
        >
          {isEmpty(value) ? '—' : <FieldValue field={field} value={value} />}
        </div>
      )}
      {error ? (
        <p className="labelled-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      ) : (
        help && (
          <p className="meta" id={`${id}-help`}>
            {help}
          </p>
        )
      )}
      {after}
    </div>
  );
}

/** Fields grouped by section, in the order of the description; a field of an unknown section goes to the first. */
export function sectionsOf(recordType: RecordType, fields: readonly Field[]) {
  const known = new Set(recordType.sections.map(({ name }) => name));
  const first = recordType.sections[0]?.name ?? 'basic';
  const sections = recordType.sections.length ? recordType.sections : [{ name: first, labels: {} }];
  return sections
    .map((section) => ({
      name: section.name,
      title: labelOf(section.labels, section.name),
      fields: fields.filter(
        (field) => (field.section && known.has(field.section) ? field.section : first) === section.name,
      ),
    }))
    .filter(({ fields: inSection }) => inSection.length > 0);
}
