import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, newKey } from '../../api/client';
import { sentence, Unreachable } from '../../api/problem';
import { keys, useCreateRecord, useRecord, useRecordType, useSaveRecord } from '../../api/queries';
import { useSession } from '../../api/session';
import type { AnyRecord, Field, Me, RecordType, Values } from '../../api/types';
import { labelOf } from '../../language';
import { hasCommandKey, isComposing, isMac } from '../../look/keys';
import { Button, Failure, Skeleton } from '../../look/parts';
import { toast } from '../../look/toast';
import { fitsKind } from '../../customers/fitsKind';
import { isEditable } from '../fields/FieldInput';
import { withAddress, writeValue } from '../fields/flatAddress';
import { isEmpty } from '../fields/values';
import { ConflictPanel } from './ConflictPanel';
import { type ConflictMerge, mergeConflict } from './conflict';
import { draftKey } from './draft';
import { Duplicates } from './Duplicates';
import { asked, filledValues, given } from './filled';
import { FormFields } from './FormFields';
import { SideDrawer } from './SideDrawer';
import { type Refusal, refusalOf } from './problems';
import { useRecordDraft } from './useRecordDraft';
import './form.css';

export interface RecordFormProps {
  type: string;
  /** Absent for a new record. */
  id?: string;
  initial?: Values;
  onSaved: (record: AnyRecord) => void;
  onClose: () => void;
}

/** The drawer in which a record of any type is made or changed. */
export default function RecordForm(props: RecordFormProps) {
  const { t } = useTranslation('record');
  const recordType = useRecordType(props.type);
  const record = useRecord(props.type, props.id);
  useFocusReturns();

  const failure = recordType.error ?? record.error;
  if (failure)
    return (
      <SideDrawer onClose={props.onClose} size={640} title={t('form.title')}>
        <Failure
          message={sentence(failure)}
          onRetry={() => void Promise.all([recordType.refetch(), record.refetch()])}
        />
      </SideDrawer>
    );
  if (!recordType.data || (props.id && !record.data))
    return (
      <SideDrawer onClose={props.onClose} size={640} title={t('form.title')}>
        <Skeleton lines={8} />
      </SideDrawer>
    );
  return <LoadedForm {...props} recordType={recordType.data} record={record.data ?? null} />;
}

function LoadedForm({
  type,
  id,
  initial,
  onSaved,
  onClose,
  recordType,
  record,
}: RecordFormProps & { recordType: RecordType; record: AnyRecord | null }) {
  const { t } = useTranslation('record');
  const { me } = useSession();
  const client = useQueryClient();
  const create = useCreateRecord(type);
  const change = useSaveRecord(type);
  const parent = recordType.parentField ? initial?.[recordType.parentField] : null;
  const key = draftKey(me.id, type, id ?? (isEmpty(parent) ? null : `new-${referenceId(parent)}`));
  const draft = useRecordDraft(key, recordType, record, record ? initial : firstValues(recordType, me, initial));
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [conflict, setConflict] = useState<{ merge: ConflictMerge; current: AnyRecord } | null>(null);
  const [isAnother, setIsAnother] = useState(false);
  const attempt = useRef<{ body: string; key: string } | null>(null);
  const body = useRef<HTMLDivElement>(null);

  const fields = withAddress(formFields(recordType, !record))
    .filter((field) => fitsKind(type, field, draft.values))
    .map((field) => (record ? field : asked(type, field, draft.values)));
  const busy = create.isPending || change.isPending;
  const errors = refusal?.kind === 'fields' ? refusal.byField : {};
  const singular = labelOf(recordType.singularLabels, recordType.singular);
  const searches = !record && (type === 'customers' || type === 'contacts');

  const save = async (given: string[] = [], values: Values = draft.changed, version = draft.base.version) => {
    if (busy) return;
    const confirm = isAnother ? [...given, 'duplicate'] : given;
    try {
      const saved = record
        ? await change.mutateAsync({ id: record.id, values, version, confirm })
        : await create.mutateAsync({ values, confirm, key: keyFor(values, confirm) });
      draft.finish();
      toast({
        text: record ? t('form.saved') : t('form.created', { name: String(saved[recordType.titleField] ?? singular) }),
      });
      onSaved(saved);
    } catch (error) {
      const next = refusalOf(error, fields);
      if (next.kind === 'conflict' && record) await startConflict(confirm);
      else setRefusal(next);
      if (!(error instanceof Unreachable)) attempt.current = null;
    }
  };

  /** The same body tried again after a lost answer carries the same key, so it cannot be saved twice. */
  const keyFor = (values: Values, confirm: string[]) => {
    const text = JSON.stringify([values, confirm]);
    if (attempt.current?.body !== text) attempt.current = { body: text, key: newKey() };
    return attempt.current.key;
  };

  const startConflict = async (confirm: string[]) => {
    try {
      const current = await get<AnyRecord>(`/${type}/${id}`);
      client.setQueryData(keys.record(type, current.id), current);
      const merge = mergeConflict(
        recordType.fields.filter((field) => !field.system && !field.computed && !field.readOnly),
        draft.base.values,
        draft.typed,
        current,
      );
      if (merge.conflicts.length > 0) {
        setConflict({ merge, current });
        return;
      }
      draft.rebase(current, merge.mine);
      await save(confirm, merge.mine, current.version);
    } catch (error) {
      setRefusal({ kind: 'general', message: sentence(error) });
    }
  };

  // The hand is led to the first wrong field once, when it is refused, and not again while it types.
  const latestFields = useRef(fields);
  latestFields.current = fields;
  useEffect(() => {
    if (refusal?.kind !== 'fields') return;
    const first = latestFields.current.find((field) => refusal.byField[field.name]);
    const at = body.current?.querySelector<HTMLElement>(`[data-field="${first?.name}"]`);
    at?.querySelector<HTMLElement>('input, textarea, select, button')?.focus({ preventScroll: true });
    at?.scrollIntoView({ block: 'center' });
  }, [refusal]);

  return (
    <SideDrawer
      size={fields.length > 6 ? 720 : 560}
      className="record-form"
      onClose={onClose}
      title={
        record
          ? t('form.edit', { singular, name: String(record[recordType.titleField] ?? '') })
          : t('form.new', { singular })
      }
      footer={
        <div className="record-form-footer">
          <span className="meta">
            {draft.isDirty ? t('form.draftKept') : t('form.shortcut', { key: isMac ? '⌘' : 'Ctrl' })}
          </span>
          <Button
            onClick={() => {
              draft.startOver();
              onClose();
            }}
          >
            {draft.isDirty ? t('form.discard') : t('form.cancel')}
          </Button>
          <Button kind="primary" busy={busy} onClick={() => void save()} disabled={conflict !== null}>
            {record ? t('form.save') : t('form.create')}
          </Button>
        </div>
      }
    >
      <div
        ref={body}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !hasCommandKey(event) || isComposing(event) || conflict) return;
          event.preventDefault();
          void save();
        }}
      >
        {draft.restored && !conflict && (
          <p className="record-notice">
            {t('form.restored')}{' '}
            <button type="button" className="record-link" onClick={draft.startOver}>
              {t('form.startOver')}
            </button>
          </p>
        )}
        {conflict ? (
          <ConflictPanel
            fields={recordType.fields}
            merge={conflict.merge}
            current={conflict.current}
            busy={busy}
            onBack={() => setConflict(null)}
            onResolve={(values) => {
              draft.rebase(conflict.current, values);
              const current = conflict.current;
              setConflict(null);
              void save([], values, current.version);
            }}
          />
        ) : (
          <>
            <RefusalNotice refusal={refusal} busy={busy} onConfirm={(confirmKeys) => void save(confirmKeys)} />
            <FormFields
              recordType={recordType}
              fields={fields}
              values={draft.values}
              errors={errors}
              autoFocus={fields.find((field) => isEditable(field) && !field.filledIn)?.name}
              onChange={(name, value) => {
                const field = fields.find((candidate) => candidate.name === name);
                if (field) draft.set(writeValue(field, value));
                if (refusal) setRefusal(null);
              }}
              after={
                searches
                  ? {
                      [recordType.titleField]: (
                        <Duplicates
                          type={type}
                          values={draft.values}
                          titleField={recordType.titleField}
                          onOpen={onClose}
                          onAnother={() => setIsAnother(true)}
                        />
                      ),
                    }
                  : undefined
              }
            />
          </>
        )}
      </div>
    </SideDrawer>
  );
}

function RefusalNotice({
  refusal,
  busy,
  onConfirm,
}: {
  refusal: Refusal | null;
  busy: boolean;
  onConfirm: (keys: string[]) => void;
}) {
  const { t } = useTranslation('record');
  if (!refusal || refusal.kind === 'conflict') return null;
  if (refusal.kind === 'confirm')
    return (
      <div className="record-notice" data-kind="warn" role="alert">
        <p>{refusal.message}</p>
        {refusal.details.map((detail) => (
          <p key={detail}>{detail}</p>
        ))}
        <p className="meta">{t('form.confirmHint')}</p>
        <Button busy={busy} onClick={() => onConfirm(refusal.keys)}>
          {t('form.saveAnyway')}
        </Button>
      </div>
    );
  const text = refusal.kind === 'general' ? refusal.message : refusal.general;
  return text ? (
    <p className="record-notice" data-kind="error" role="alert">
      {text}
    </p>
  ) : null;
}

/** What a new record starts with, shown so that it can be changed: its owner, and what the program would fill in. */
function firstValues(recordType: RecordType, me: Me, initial: Values | undefined): Values {
  const owner = recordType.fields.find((field) => field.name === 'owner');
  return {
    ...filledValues(recordType.type, recordType.fields.filter(isEditable), me),
    ...(owner?.reference === 'users' && isEditable(owner) && { owner: { id: me.id, name: me.name } }),
    ...initial,
  };
}

/** The fields of the form in the description's order; a new record shows only what can be filled in. */
function formFields(recordType: RecordType, isNew: boolean): Field[] {
  const byName = new Map(recordType.fields.map((field) => [field.name, field]));
  const named = recordType.form.flatMap((name) => byName.get(name) ?? []);
  const custom = recordType.fields.filter((field) => field.custom && !named.includes(field));
  return [...named, ...custom]
    .map((field) => (isNew ? given(field) : field))
    .filter((field) => !field.system && (isNew ? isEditable(field) : !field.computed));
}

function referenceId(value: unknown): string {
  return typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : String(value);
}

/** Closing the drawer puts the focus back where it was opened from. */
function useFocusReturns(): void {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      setTimeout(() => {
        if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body)
          before.focus();
      }, 0);
    };
  }, []);
}
