import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnyRecord, Field, Value, Values } from '../../api/types';
import { labelOf } from '../../language';
import { formatList, formatRelative } from '../../look/format';
import { Button } from '../../look/parts';
import { FieldValue } from '../fields/FieldValue';
import { isEmpty } from '../fields/values';
import { type Choice, type ConflictMerge, preselect, resolve } from './conflict';

interface ConflictPanelProps {
  fields: readonly Field[];
  merge: ConflictMerge;
  current: AnyRecord;
  busy: boolean;
  onResolve: (values: Values) => void;
  onBack: () => void;
}

/** Somebody saved the record meanwhile: both versions of every field that clashes, side by side, and a choice each. */
export function ConflictPanel({ fields, merge, current, busy, onResolve, onBack }: ConflictPanelProps) {
  const { t } = useTranslation('record');
  const [choices, setChoices] = useState<Record<string, Choice>>(() =>
    Object.fromEntries(merge.conflicts.map((conflict) => [conflict.field, preselect(conflict)])),
  );
  const byName = new Map(fields.map((field) => [field.name, field]));
  const nameOf = (field: string) => labelOf(byName.get(field)?.labels, field);

  return (
    <div className="record-conflict" role="group" aria-label={t('conflict.title')}>
      <p className="record-notice" data-kind="warn">
        {t('conflict.sentence', {
          name: current.updatedBy?.name ?? t('conflict.somebody'),
          time: formatRelative(current.updatedAt),
        })}
        {merge.theirs.length > 0 && ` ${t('conflict.keptTheirs', { fields: formatList(merge.theirs.map(nameOf)) })}`}
      </p>
      {merge.conflicts.map(({ field: name, mine, theirs }) => {
        const field = byName.get(name);
        if (!field) return null;
        const side = (choice: Choice, value: Value, title: string) => (
          <label className="record-conflict-side" data-chosen={choices[name] === choice || undefined}>
            <input
              type="radio"
              name={`conflict-${name}`}
              aria-label={`${nameOf(name)}: ${title}`}
              checked={choices[name] === choice}
              onChange={() => setChoices({ ...choices, [name]: choice })}
            />
            <span>
              <span className="meta">{title}</span>
              <span>{isEmpty(value) ? t('conflict.empty') : <FieldValue field={field} value={value} compact />}</span>
            </span>
          </label>
        );
        return (
          <fieldset key={name}>
            <legend>{nameOf(name)}</legend>
            {side('mine', mine, t('conflict.mine'))}
            {side('theirs', theirs, t('conflict.theirs', { name: current.updatedBy?.name ?? t('conflict.somebody') }))}
          </fieldset>
        );
      })}
      <div className="record-conflict-actions">
        <Button onClick={onBack}>{t('conflict.back')}</Button>
        <Button kind="primary" busy={busy} onClick={() => onResolve(resolve(merge, choices))}>
          {t('conflict.save')}
        </Button>
      </div>
    </div>
  );
}
