import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { sentence } from '../api/problem';
import type { RecordType } from '../api/types';
import { formatDecimal, formatList } from '../look/format';
import { Button } from '../look/parts';
import { AlikeRows } from './AlikeRows';
import {
  checkImport,
  errorsAddress,
  type ImportOptions,
  type ImportResult,
  isUnfinished,
  pauseImport,
  startImport,
  useImport,
} from './imports';
import { targetsOf } from './mapping';
import { Progress } from './Progress';
import { RejectGrid } from './RejectGrid';
import { UnknownValues } from './UnknownValues';
import { useQueryClient } from '@tanstack/react-query';

interface CheckStepProps {
  batch: string;
  recordType: RecordType;
  beside?: RecordType;
  first: ImportOptions;
  onOptions: (options: ImportOptions) => void;
  onBack: () => void;
}

/** The trial run: what would happen, what has to be said once, what looks like a duplicate, what cannot pass; then the import itself. */
export function CheckStep({ batch, recordType, beside, first, onOptions, onBack }: CheckStepProps) {
  const { t } = useTranslation('exchange');
  const navigate = useNavigate();
  const client = useQueryClient();
  const [options, setOptions] = useState(first);
  const [checked, setChecked] = useState<ImportOptions | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const state = useImport(batch);
  const begun = useRef(false);

  const change = (more: Partial<ImportOptions>) => {
    const next = { ...options, ...more };
    setOptions(next);
    onOptions(next);
  };
  const run = async (work: () => Promise<ImportResult>) => {
    setBusy(true);
    setFailure(null);
    try {
      const answer = await work();
      client.setQueryData(['imports', batch], answer);
      await client.invalidateQueries({ queryKey: ['imports', batch, 'alike'] });
      return true;
    } catch (error) {
      setFailure(sentence(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const check = () => void run(() => checkImport(batch, options)).then((went) => went && setChecked(options));
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    check();
    // Once, as soon as the step is there.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const result = state.data;
  const running = busy || !result || result.state === 'checking';
  const ready = !running && result.state === 'checked' && checked !== null;
  const stale = ready && JSON.stringify(checked) !== JSON.stringify(options);
  const begin = async () => {
    if (await run(() => startImport(batch, options))) void navigate(`/import/${batch}`);
  };
  const targets = targetsOf(recordType, beside, options.keepCreated);
  const decided = ready ? countDecided(options) : { updated: 0, skipped: 0 };
  return (
    <>
      {failure && (
        <p className="record-notice" data-kind="error" role="alert">
          {failure}
        </p>
      )}
      {running && result && isUnfinished(result.state) && (
        <section className="panel">
          <Progress result={result} />
          {result.stage === 'comparing' && (
            <Button onClick={() => void run(() => pauseImport(batch))}>{t('check.enough')}</Button>
          )}
        </section>
      )}
      {!running && result.state === 'draft' && result.problem && (
        <p className="record-notice" data-kind="error" role="alert">
          {result.problem}
        </p>
      )}
      {ready && (
        <>
          <section className="panel exchange-summary" aria-label={t('check.title')} aria-live="polite">
            <h2>{t('check.title')}</h2>
            <p className="exchange-sentence">
              {t('check.sentence', {
                updated: formatDecimal(result.updated),
                created: formatDecimal(result.created),
                alike: formatDecimal(result.alike),
                rejected: formatDecimal(result.rejected),
              })}
              {result.skipped > 0 && ` ${t('check.skipped', { skipped: formatDecimal(result.skipped) })}`}
              {result.besideCreated + result.besideUpdated > 0 &&
                ` ${t('check.beside', { created: formatDecimal(result.besideCreated), updated: formatDecimal(result.besideUpdated) })}`}
            </p>
            {decided.updated + decided.skipped > 0 && (
              <p className="meta">{t('check.decided', { updated: decided.updated, skipped: decided.skipped })}</p>
            )}
            {(result.owners ?? []).length > 0 && (
              <p className="meta">
                {t('check.owners')}{' '}
                {result
                  .owners!.map((share) =>
                    t(share.owner ? 'check.owner' : 'check.nobody', {
                      name: share.owner?.name,
                      new: formatDecimal(share.new),
                      after: formatDecimal(share.has + share.new),
                    }),
                  )
                  .join(' · ')}
              </p>
            )}
            {(result.dayFirst ?? []).length > 0 && (
              <p className="meta">{t('check.dayFirst', { columns: formatList(result.dayFirst!) })}</p>
            )}
            {(result.openDates ?? []).length > 0 && (
              <p className="record-notice" data-kind="warn">
                {t('check.openDates', { columns: formatList(result.openDates!) })}
              </p>
            )}
            {(result.remarks ?? []).length > 0 && (
              <details>
                <summary>{t('check.remarks', { count: result.remarks!.length })}</summary>
                <ul>
                  {result.remarks!.slice(0, 20).map((remark, index) => (
                    <li key={index} className="meta">
                      {remark.row > 0 && `${t('alike.row', { row: remark.row })} `}
                      {remark.text}
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </section>
          <UnknownValues
            recordType={recordType}
            beside={beside}
            unknown={result.unknown ?? []}
            values={options.values}
            onValues={(values) => change({ values })}
          />
          <AlikeRows
            batch={batch}
            count={result.alike}
            compared={result.compared}
            created={result.created + result.updated}
            columns={result.columns ?? []}
            recordType={recordType}
            targets={targets}
            options={options}
            onOptions={change}
          />
          <RejectGrid
            rejects={result.rejects}
            count={result.rejected}
            columns={result.columns ?? []}
            mapping={options.mapping}
            corrections={options.corrections}
            onCorrections={(corrections) => change({ corrections })}
          />
        </>
      )}
      <div className="exchange-actions">
        <Button onClick={onBack} disabled={busy}>
          {t('check.back')}
        </Button>
        {ready && result.rejected > 0 && (
          <a className="button button-plain" href={errorsAddress(batch)} download>
            {t('result.errorsFile')}
          </a>
        )}
        <Button busy={running} disabled={running} kind={stale ? 'primary' : 'plain'} onClick={check}>
          {t('check.again')}
        </Button>
        <Button
          kind={stale ? 'plain' : 'primary'}
          busy={busy}
          disabled={!ready || result.created + result.updated + result.besideCreated + result.besideUpdated === 0}
          onClick={() => void begin()}
        >
          {ready
            ? t('check.import', {
                count: result.created + result.updated + (beside ? result.besideCreated + result.besideUpdated : 0),
              })
            : t('check.importFirst')}
        </Button>
      </div>
    </>
  );
}

/** What was decided since the trial run; the next one counts it. */
function countDecided(options: ImportOptions): { updated: number; skipped: number } {
  const decisions = Object.values(options.decisions);
  return {
    updated: decisions.filter((decision) => decision !== 'skip' && decision !== 'create').length,
    skipped: decisions.filter((decision) => decision === 'skip').length,
  };
}
