import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { sentence } from '../api/problem';
import { useRecordTypes } from '../api/queries';
import { formatDecimal } from '../look/format';
import { Button } from '../look/parts';
import { toast } from '../look/toast';
import {
  continueImport,
  errorsAddress,
  type ImportResult,
  isUnfinished,
  pauseImport,
  undoImport,
  type UndoResult,
  useForget,
} from './imports';
import { Progress } from './Progress';

/** How an import is or ended: progress with a pause, counts, the rows that were refused with the reason, and the way back. */
export function ImportResultView({ result, onChanged }: { result: ImportResult; onChanged: () => void }) {
  const { t } = useTranslation('exchange');
  const forget = useForget();
  const types = useRecordTypes().data ?? [];
  const [busy, setBusy] = useState(false);
  const [sure, setSure] = useState(false);
  const undone = result.undone;
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
      forget(result.type, types.find(({ type }) => type === result.type)?.importsWith);
      onChanged();
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
      onChanged();
    } finally {
      setBusy(false);
      setSure(false);
    }
  };
  const taken = result.created + result.updated + result.besideCreated + result.besideUpdated;
  const mayUndo = (result.state === 'done' || result.state === 'paused') && taken > 0;
  return (
    <section className="panel exchange-result" aria-label={t('import.resultTitle')} aria-live="polite">
      <h2>
        {t(`title.${result.state}`, { defaultValue: t('title.done') })}
        {result.seconds > 0 && !isUnfinished(result.state) && (
          <span className="panel-count">{t('result.seconds', { seconds: Number(result.seconds.toFixed(1)) })}</span>
        )}
      </h2>
      {(isUnfinished(result.state) || result.state === 'paused') && <Progress result={result} />}
      {result.problem && (
        <p className="record-notice" data-kind="error">
          {result.problem}
        </p>
      )}
      <Counts result={result} />
      <Rejects result={result} />
      {undone && <Undone undone={undone} type={result.type} />}
      {sure && (
        <p className="record-notice" data-kind="warn">
          {t('result.sure', { count: taken })}
        </p>
      )}
      <div className="exchange-actions">
        {result.rejected > 0 && !isUnfinished(result.state) && (
          <a className="button button-plain" href={errorsAddress(result.batch)} download>
            {t('result.errorsFile')}
          </a>
        )}
        {result.state === 'running' && result.mine && (
          <Button busy={busy} onClick={() => void act(() => pauseImport(result.batch))}>
            {t('result.pause')}
          </Button>
        )}
        {mayUndo && (
          <Button
            kind="danger"
            icon="undo"
            busy={busy}
            onClick={() => (sure || taken < 1000 ? void act(() => undoImport(result.batch)) : setSure(true))}
          >
            {t(sure ? 'result.undoSure' : 'result.undo')}
          </Button>
        )}
        {result.state === 'paused' && result.mine && (
          <Button kind="primary" busy={busy} onClick={() => void act(() => continueImport(result.batch))}>
            {t('result.continue')}
          </Button>
        )}
        {result.type && result.state === 'done' && (
          <Link className="button button-primary" to={`/${result.type}?sort=-createdAt`}>
            {t('result.show')}
          </Link>
        )}
      </div>
    </section>
  );
}

function Undone({ undone, type }: { undone: UndoResult; type?: string }) {
  const { t } = useTranslation('exchange');
  return (
    <div className="record-notice" data-kind="ok">
      <p>{t('result.undoneText', { deleted: undone.deleted, restored: undone.restored })}</p>
      {undone.kept.length > 0 && (
        <>
          <p>{t('result.kept', { count: undone.kept.length })}</p>
          <ul>
            {undone.kept.slice(0, 10).map((kept) => (
              <li key={kept.id}>
                <Link to={`/${kept.type ?? type}/${kept.id}`}>{kept.id.slice(0, 8)}</Link> {kept.reason}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const counted = ['read', 'created', 'updated', 'skipped', 'rejected'] as const;
const countedBeside = ['besideCreated', 'besideUpdated'] as const;

function Counts({ result }: { result: ImportResult }) {
  const { t } = useTranslation('exchange');
  const beside = countedBeside.filter((name) => result[name] > 0);
  return (
    <dl className="exchange-counts">
      {[...counted, ...beside].map((name) => (
        <div key={name} data-kind={name === 'rejected' && result.rejected > 0 ? 'bad' : undefined}>
          <dt>{t(`counts.${name}`)}</dt>
          <dd>{formatDecimal(result[name] ?? 0)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Rejects({ result }: { result: ImportResult }) {
  const { t } = useTranslation('exchange');
  const shown = (result.rejects ?? []).slice(0, 20);
  if (shown.length === 0) return null;
  return (
    <div className="exchange-table">
      <table className="exchange-stack">
        <caption className="meta">{t('result.rejects', { shown: shown.length, count: result.rejected })}</caption>
        <thead>
          <tr>
            <th scope="col">{t('result.row')}</th>
            <th scope="col">{t('result.reason')}</th>
            <th scope="col">{t('result.values')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((reject, index) => (
            <tr key={`${reject.row}${index}`}>
              <td>{reject.row}</td>
              <td>{reject.reason}</td>
              <td className="meta">
                <span className="ellipsis">{reject.values.filter(Boolean).slice(0, 6).join(' · ')}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
