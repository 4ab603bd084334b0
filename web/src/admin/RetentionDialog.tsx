import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { useRecordType, useRecordTypes } from '../api/queries';
import { labelOf } from '../language';
import { Select } from '../look/Select';
import { formatDate, formatDecimal } from '../look/format';
import { Button, Checkbox, Labelled, Segmented, TextInput } from '../look/parts';
import { useAnchor } from '../look/popover';
import { toast } from '../look/toast';
import { FilterBar } from '../records/filter/FilterBar';
import { SideDrawer } from '../records/form/SideDrawer';

export interface RetentionRule {
  id: string;
  name: string;
  recordType: string;
  filter: string | null;
  field: string;
  days: number;
  act: 'recycle' | 'erase';
  active: boolean;
  lastRunAt?: string;
  lastCount?: number;
}

interface Due {
  count: number;
  some: { id: string; title: string; when: string }[];
}

const blank = {
  id: '',
  name: '',
  recordType: 'contacts',
  filter: '',
  field: 'createdAt',
  days: 1095,
  act: 'recycle',
  active: true,
} as const;

/** A rule is tried before it is kept: it says how many records would go, which, and by what date. */
export function RetentionDialog({
  rule,
  onClose,
  onSaved,
}: {
  rule: RetentionRule | null;
  onClose: () => void;
  onSaved: () => void;
}) {
  const { t } = useTranslation('privacy');
  const types = (useRecordTypes().data ?? []).filter((type) => type.hasOwner);
  const [draft, setDraft] = useState<RetentionRule>(rule ?? { ...blank });
  const [due, setDue] = useState<Due | null>(null);
  const [busy, setBusy] = useState<'try' | 'save' | null>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const recordType = useRecordType(draft.recordType).data;
  const builder = useAnchor();
  const dates = (recordType?.fields ?? []).filter(
    (field) =>
      (field.kind === 'instant' || field.kind === 'date') &&
      !field.computed &&
      !field.retired &&
      field.right !== 'masked',
  );
  const change = (part: Partial<RetentionRule>) => {
    setDraft((old) => ({ ...old, ...part }));
    setDue(null);
    setErrors({});
  };

  const run = async (what: 'try' | 'save', work: () => Promise<void>) => {
    setBusy(what);
    setErrors({});
    try {
      await work();
    } catch (error) {
      if (error instanceof Problem && Object.keys(error.errors).length > 0)
        setErrors(
          Object.fromEntries(Object.entries(error.errors).map(([key, sentences]) => [key, sentences.join(' ')])),
        );
      else toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(null);
    }
  };
  const body = {
    ...draft,
    id: draft.id || undefined,
    filter: draft.filter || null,
    lastRunAt: undefined,
    lastCount: undefined,
  };
  const tryIt = () => run('try', async () => setDue(await post<Due>('/privacy/retention:try', body)));
  const save = () =>
    run('save', async () => {
      await post('/privacy/retention', body);
      toast({ text: t('rules.saved', { name: draft.name }) });
      onSaved();
    });
  const dateName = labelOf(dates.find((field) => field.name === draft.field)?.labels, draft.field);

  return (
    <SideDrawer
      size={640}
      title={rule ? t('rules.edit', { name: rule.name }) : t('rules.add')}
      onClose={onClose}
      footer={
        <div className="record-form-footer">
          <span className="meta">{t('rules.daily')}</span>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy === 'save'} onClick={() => void save()}>
            {t('save')}
          </Button>
        </div>
      }
    >
      <div className="admin-form">
        <Labelled label={t('rules.name')} htmlFor="rule-name">
          <TextInput
            id="rule-name"
            maxLength={100}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        </Labelled>
        <Labelled label={t('rules.noun')} htmlFor="rule-type" error={errors.recordType}>
          <Select
            id="rule-type"
            label={t('rules.noun')}
            value={draft.recordType}
            options={types.map((type) => ({ value: type.type, label: labelOf(type.labels, type.type) }))}
            onChange={(value) => change({ recordType: value, filter: '', field: 'createdAt', act: 'recycle' })}
          />
        </Labelled>
        <div className="privacy-rule-filter">
          <span>{t('rules.filter')}</span>
          <FilterBar
            fields={recordType?.fields ?? []}
            type={recordType?.type}
            filter={draft.filter ?? ''}
            onChange={(filter) => change({ filter })}
            builderAnchor={builder}
          />
          {errors.filter && <p className="labelled-error">{errors.filter}</p>}
        </div>
        <Labelled label={t('rules.field')} htmlFor="rule-field" error={errors.field}>
          <Select
            id="rule-field"
            label={t('rules.field')}
            value={draft.field}
            options={dates.map((field) => ({ value: field.name, label: labelOf(field.labels, field.name) }))}
            onChange={(value) => change({ field: value })}
          />
        </Labelled>
        <Labelled label={t('rules.days')} htmlFor="rule-days" error={errors.days} help={t('rules.daysHelp')}>
          <TextInput
            id="rule-days"
            type="number"
            min={1}
            max={36500}
            value={draft.days}
            onChange={(event) => change({ days: Number(event.target.value) })}
          />
        </Labelled>
        <div className="labelled">
          <span>{t('rules.act')}</span>
          <Segmented<'recycle' | 'erase'>
            label={t('rules.act')}
            value={draft.act}
            options={[
              { value: 'recycle', label: t('rules.acts.recycle') },
              ...(recordType?.aboutPeople ? [{ value: 'erase' as const, label: t('rules.acts.erase') }] : []),
            ]}
            onChange={(act) => change({ act })}
          />
          {errors.act && <p className="labelled-error">{errors.act}</p>}
          {draft.act === 'erase' && <p className="meta">{t('rules.eraseHelp')}</p>}
        </div>
        <Checkbox
          label={t('rules.active')}
          checked={draft.active}
          onChange={(event) => change({ active: event.target.checked })}
        />
        <div className="admin-tools">
          <Button icon="eye" busy={busy === 'try'} onClick={() => void tryIt()}>
            {t('rules.try')}
          </Button>
        </div>
        {due && (
          <div className="record-notice" role="status">
            <p>{t('rules.due', { number: formatDecimal(due.count) })}</p>
            <ul className="privacy-due">
              {due.some.map((item) => (
                <li key={item.id}>
                  <a href={`/${draft.recordType}/${item.id}`} target="_blank" rel="noreferrer">
                    {item.title}
                  </a>{' '}
                  <span className="meta">
                    {t('rules.why', { field: dateName, day: formatDate(item.when), days: draft.days })}
                  </span>
                </li>
              ))}
            </ul>
            {due.count > due.some.length && due.some.length > 0 && (
              <p className="meta">{t('rules.more', { number: formatDecimal(due.count - due.some.length) })}</p>
            )}
          </div>
        )}
      </div>
    </SideDrawer>
  );
}
