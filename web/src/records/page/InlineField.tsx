import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnyRecord, Field, RecordType, Value } from '../../api/types';
import { labelOf } from '../../language';
import { Icon } from '../../look/icons';
import { Button } from '../../look/parts';
import { EditedType } from '../fields/tags';
import FieldInput, { isEditable } from '../fields/FieldInput';
import { FieldValue } from '../fields/FieldValue';
import { readValue } from '../fields/flatAddress';
import { isEmpty, sameValue } from '../fields/values';
import { useInlineSave } from './useInlineSave';
import './page.css';

interface InlineFieldProps {
  recordType: RecordType;
  record: AnyRecord;
  field: Field;
  /** The caller may change this record. */
  editable: boolean;
}

/** One field of a page: read it, click or press Enter to change it, Enter or leaving saves, Esc takes it back. */
export function InlineField({ recordType, record, field, editable }: InlineFieldProps) {
  const { t } = useTranslation('record');
  const id = useId();
  const [draft, setDraft] = useState<{ value: Value } | null>(null);
  const inline = useInlineSave(recordType, record, field);
  const opener = useRef<HTMLButtonElement>(null);
  const label = labelOf(field.labels, field.name);
  const may = editable && isEditable(field);

  const stop = (focus: boolean) => {
    setDraft(null);
    inline.dropError();
    if (focus) requestAnimationFrame(() => opener.current?.focus());
  };

  const commit = async () => {
    if (!draft || inline.isSaving) return;
    if (sameValue(field.kind, draft.value, readValue(field, record))) {
      stop(false);
      return;
    }
    if (await inline.put(draft.value, record.version)) stop(false);
  };

  const composite =
    field.kind === 'address' ||
    field.kind === 'contactPoints' ||
    field.kind === 'birthday' ||
    field.kind === 'longText';
  return (
    <div className="inline-field" data-editing={draft ? true : undefined}>
      <dt id={`${id}-label`}>{label}</dt>
      <dd>
        {draft ? (
          <>
            <EditedType value={recordType.type}>
              <FieldInput
                id={id}
                field={field}
                value={draft.value}
                autoFocus
                size="middle"
                invalid={inline.error !== null}
                describedBy={inline.error ? `${id}-error` : undefined}
                onChange={(value) => setDraft({ value })}
                onCommit={composite && field.kind !== 'longText' ? undefined : () => void commit()}
                onCancel={() => stop(true)}
              />
            </EditedType>
            {composite && (
              <div className="inline-field-actions">
                <Button onClick={() => stop(true)}>{t('form.cancel')}</Button>
                <Button kind="primary" busy={inline.isSaving} onClick={() => void commit()}>
                  {t('form.save')}
                </Button>
              </div>
            )}
            {inline.error && (
              <p className="labelled-error" id={`${id}-error`} role="alert">
                {inline.error}
              </p>
            )}
          </>
        ) : (
          <div
            className="inline-field-value"
            data-saving={inline.isSaving || undefined}
            onDoubleClick={may ? () => setDraft({ value: readValue(field, record) }) : undefined}
          >
            {isEmpty(inline.shown) ? (
              <span className="inline-field-empty">—</span>
            ) : (
              <FieldValue field={field} value={inline.shown} record={record} />
            )}
            {may && (
              <button
                ref={opener}
                type="button"
                className="inline-field-edit"
                aria-label={t('inline.edit', { field: label })}
                onClick={() => setDraft({ value: readValue(field, record) })}
              >
                <Icon name="edit" size={14} />
              </button>
            )}
          </div>
        )}
        {inline.question && (
          <div className="record-notice inline-field-question" data-kind="warn" role="alertdialog" aria-label={label}>
            {inline.question.kind === 'confirm' ? (
              <>
                <p>{inline.question.message}</p>
                <div className="inline-field-actions">
                  <Button onClick={inline.dropQuestion}>{t('form.cancel')}</Button>
                  <Button
                    onClick={() => {
                      if (inline.question?.kind === 'confirm' && draft)
                        void inline
                          .put(draft.value, record.version, inline.question.keys)
                          .then((done) => done && stop(false));
                    }}
                  >
                    {t('form.saveAnyway')}
                  </Button>
                </div>
              </>
            ) : (
              <>
                <p>{t('inline.clash', { name: inline.question.current.updatedBy?.name ?? t('conflict.somebody') })}</p>
                <p>
                  {isEmpty(inline.question.theirs) ? (
                    t('conflict.empty')
                  ) : (
                    <FieldValue field={field} value={inline.question.theirs} compact />
                  )}
                </p>
                <div className="inline-field-actions">
                  <Button
                    onClick={() => {
                      inline.dropQuestion();
                      stop(true);
                    }}
                  >
                    {t('inline.keepTheirs')}
                  </Button>
                  <Button
                    onClick={() => {
                      if (inline.question?.kind === 'conflict' && draft)
                        void inline
                          .put(draft.value, inline.question.current.version)
                          .then((done) => done && stop(false));
                    }}
                  >
                    {t('inline.takeMine')}
                  </Button>
                </div>
              </>
            )}
          </div>
        )}
      </dd>
    </div>
  );
}
