import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { sentence } from '../api/problem';
import { useQueryClient } from '@tanstack/react-query';
import type { Field, RecordType, Reference, Value } from '../api/types';
import { labelOf } from '../language';
import { Button, Checkbox, Labelled, Segmented } from '../look/parts';
import FieldInput, { isEditable } from '../records/fields/FieldInput';
import { referenceField } from '../records/page/ShareDialog';
import { Counts, Rejects } from './ImportResultView';
import { importsKey, type ImportResult, type Inspection, type Mode, runImport, useForget } from './imports';
import { assign, type Mapping, mappingProblems } from './mapping';

interface MappingStepProps {
  recordType: RecordType & { keys?: readonly string[] };
  file: File;
  inspection: Inspection;
  first: Mapping;
  busy: boolean;
  onReadAgain: (encoding: string | null, delimiter: string | null) => void;
  onBack: () => void;
  /** Whether the trial run stands. */
  onTrial: (done: boolean) => void;
}

const encodings = ['utf-8', 'gb18030', 'big5', 'utf-16'];
const delimiters = [',', '\t', ';', '|'];

/** Column by column to its field, then a trial run that saves nothing, then the real one. */
export function MappingStep({
  recordType,
  file,
  inspection,
  first,
  busy,
  onReadAgain,
  onBack,
  onTrial,
}: MappingStepProps) {
  const { t } = useTranslation('exchange');
  const navigate = useNavigate();
  const client = useQueryClient();
  const forget = useForget();
  const [mapping, setMapping] = useState(first);
  const [mode, setMode] = useState<Mode>('create');
  const [chosenKey, setKey] = useState<string | null>(null);
  const [owner, setOwner] = useState<'me' | 'none' | 'other'>('me');
  const [person, setPerson] = useState<Value>(null);
  const [keepCreated, setKeepCreated] = useState(false);
  const [trial, setTrial] = useState<ImportResult | null>(null);
  const [running, setRunning] = useState<'trial' | 'import' | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => onTrial(trial !== null), [onTrial, trial]);

  const fields = importable(recordType);
  const mapped = new Set(Object.values(mapping));
  const keyCandidates = (recordType.keys ?? ['id', 'name']).filter((name) => mapped.has(name));
  const key = mode === 'create' ? null : chosenKey && mapped.has(chosenKey) ? chosenKey : (keyCandidates[0] ?? null);
  // The server has defaults for other required fields; the trial run says which rows truly lack one.
  const problems = mappingProblems(mapping, fields, mode, key).filter(
    ({ kind, field }) => kind !== 'requiredMissing' || field === recordType.titleField,
  );
  const blocked = problems.length > 0;
  const hasOwner = recordType.fields.some(({ name }) => name === 'owner');
  const nameOf = (name: string) => labelOf(fields.find((field) => field.name === name)?.labels, name);
  const touch =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setTrial(null);
      setFailure(null);
    };

  const run = async (dryRun: boolean) => {
    setRunning(dryRun ? 'trial' : 'import');
    setFailure(null);
    try {
      const result = await runImport(file, {
        type: recordType.type,
        mapping,
        mode,
        key,
        owner: owner === 'other' ? ((person as Reference | null)?.id ?? 'me') : owner,
        dryRun,
        encoding: inspection.encoding,
        delimiter: inspection.delimiter,
        keepCreated,
      });
      if (dryRun) setTrial(result);
      else {
        client.setQueryData([...importsKey, result.batch], result);
        forget(recordType.type);
        void navigate(`/import/${result.batch}`);
      }
    } catch (error) {
      setFailure(sentence(error));
    } finally {
      setRunning(null);
    }
  };

  return (
    <>
      <section className="panel" aria-label={t('map.file')}>
        <div className="exchange-file">
          <strong className="ellipsis">{file.name}</strong>
          <span className="meta">{inspection.rows !== undefined && t('map.rows', { count: inspection.rows })}</span>
          {inspection.encoding && (
            <label className="meta">
              {t('map.encoding')}{' '}
              <select
                className="text-input"
                value={inspection.encoding.toLowerCase()}
                disabled={busy}
                onChange={(event) => onReadAgain(event.target.value, inspection.delimiter)}
              >
                {[...new Set([inspection.encoding.toLowerCase(), ...encodings])].map((name) => (
                  <option key={name} value={name}>
                    {name.toUpperCase()}
                  </option>
                ))}
              </select>
            </label>
          )}
          {inspection.delimiter && (
            <label className="meta">
              {t('map.delimiter')}{' '}
              <select
                className="text-input"
                value={inspection.delimiter}
                disabled={busy}
                onChange={(event) => onReadAgain(inspection.encoding, event.target.value)}
              >
                {[...new Set([inspection.delimiter, ...delimiters])].map((sign) => (
                  <option key={sign} value={sign}>
                    {sign === '\t' ? t('map.tab') : sign}
                  </option>
                ))}
              </select>
            </label>
          )}
          <Button onClick={onBack}>{t('map.otherFile')}</Button>
        </div>
      </section>

      <section className="panel" aria-label={t('map.columns')}>
        <h2>
          {t('map.columns')}
          <span className="panel-count">
            {t('map.mapped', { mapped: Object.keys(mapping).length, of: inspection.columns.length })}
          </span>
        </h2>
        <div className="exchange-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('map.column')}</th>
                <th scope="col">{t('map.sample')}</th>
                <th scope="col">{t('map.field')}</th>
              </tr>
            </thead>
            <tbody>
              {inspection.columns.map((column, index) => (
                <tr key={`${column}${index}`} data-unmapped={mapping[column] ? undefined : true}>
                  <th scope="row">{column || t('map.unnamed', { number: index + 1 })}</th>
                  <td className="meta">
                    <span className="ellipsis">
                      {inspection.sample
                        .map((row) => row[index])
                        .filter(Boolean)
                        .slice(0, 3)
                        .join(' · ')}
                    </span>
                  </td>
                  <td>
                    <select
                      className="text-input"
                      aria-label={t('map.fieldFor', { column })}
                      value={mapping[column] ?? ''}
                      onChange={(event) => touch(setMapping)(assign(mapping, column, event.target.value || null))}
                    >
                      <option value="">{t('map.ignore')}</option>
                      {fields.map((field) => (
                        <option key={field.name} value={field.name}>
                          {labelOf(field.labels, field.name)}
                          {field.required ? ' *' : ''}
                          {mapped.has(field.name) && mapping[column] !== field.name ? ` (${t('map.taken')})` : ''}
                        </option>
                      ))}
                    </select>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>

      <section className="panel exchange-settings" aria-label={t('map.settings')}>
        <div className="labelled">
          <span className="exchange-label">{t('map.mode')}</span>
          <Segmented
            label={t('map.mode')}
            value={mode}
            options={(['create', 'update', 'both'] as const).map((value) => ({
              value,
              label: t(`map.modes.${value}`),
            }))}
            onChange={touch(setMode)}
          />
          <p className="meta">{t(`map.modeHelp.${mode}`)}</p>
        </div>
        {mode !== 'create' && (
          <Labelled label={t('map.key')} htmlFor="import-key" help={t('map.keyHelp')}>
            <select
              id="import-key"
              className="text-input"
              value={key ?? ''}
              onChange={(event) => touch(setKey)(event.target.value)}
            >
              {keyCandidates.length === 0 && <option value="">{t('map.noKey')}</option>}
              {keyCandidates.map((name) => (
                <option key={name} value={name}>
                  {nameOf(name)}
                </option>
              ))}
            </select>
          </Labelled>
        )}
        {hasOwner && !mapped.has('owner') && (
          <div className="labelled">
            <span className="exchange-label">{t('map.owner')}</span>
            <Segmented
              label={t('map.owner')}
              value={owner}
              options={(['me', 'none', 'other'] as const).map((value) => ({ value, label: t(`map.owners.${value}`) }))}
              onChange={touch(setOwner)}
            />
            {owner === 'other' && (
              <FieldInput field={referenceField('users', t('map.owner'))} value={person} onChange={touch(setPerson)} />
            )}
          </div>
        )}
        <Checkbox
          label={t('map.keepCreated')}
          checked={keepCreated}
          onChange={(event) => touch(setKeepCreated)(event.target.checked)}
        />
      </section>

      {problems.map((problem) => (
        <p key={problem.kind + (problem.field ?? '')} className="record-notice" data-kind="warn">
          {t(`problem.${problem.kind}`, { field: problem.field ? nameOf(problem.field) : '' })}
        </p>
      ))}
      {failure && (
        <p className="record-notice" data-kind="error" role="alert">
          {failure}
        </p>
      )}
      {trial && (
        <section className="panel" aria-label={t('check.title')} aria-live="polite">
          <h2>{t('check.title')}</h2>
          <Counts result={trial} trial />
          <Rejects result={trial} />
        </section>
      )}
      <div className="exchange-actions">
        <Button busy={running === 'trial'} disabled={blocked || running !== null} onClick={() => void run(true)}>
          {t('check.run')}
        </Button>
        <Button
          kind="primary"
          busy={running === 'import'}
          disabled={blocked || running !== null || !trial || trial.created + trial.updated === 0}
          onClick={() => void run(false)}
        >
          {trial ? t('check.import', { count: trial.created + trial.updated }) : t('check.importFirst')}
        </Button>
      </div>
    </>
  );
}

/** What a file may fill: everything the caller may edit, and the id for updates. */
function importable(recordType: RecordType): Field[] {
  return recordType.fields.filter((field) => field.name === 'id' || field.name === 'createdAt' || isEditable(field));
}
