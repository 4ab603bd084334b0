import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { sentence } from '../api/problem';
import { formatDecimal } from '../look/format';
import { Button } from '../look/parts';
import { toast } from '../look/toast';
import { type ImportResult, isUnfinished, rejectsAddress, undoImport, type UndoResult, useForget } from './imports';

/** How an import ended: counts, the rows that were refused with the reason, and the way back. */
export function ImportResultView({ result }: { result: ImportResult }) {
  const { t } = useTranslation('exchange');
  const forget = useForget();
  const [busy, setBusy] = useState(false);
  const [undone, setUndone] = useState<UndoResult | null>(null);
  const isUndone = undone !== null || result.state === 'undone';

  const undo = async () => {
    setBusy(true);
    try {
      setUndone(await undoImport(result.batch));
      forget(result.type);
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(false);
    }
  };

  return (
    <section className="panel exchange-result" aria-label={t('import.resultTitle')} aria-live="polite">
      <h2>
        {t(
          isUndone
            ? 'result.undone'
            : isUnfinished(result.state)
              ? 'result.running'
              : result.state === 'failed'
                ? 'result.failed'
                : 'result.done',
        )}
        {result.seconds > 0 && (
          <span className="panel-count">{t('result.seconds', { seconds: Number(result.seconds.toFixed(1)) })}</span>
        )}
      </h2>
      <Counts result={result} />
      <Rejects result={result} />
      {undone && (
        <div className="record-notice" data-kind="ok">
          <p>{t('result.undoneText', { deleted: undone.deleted, restored: undone.restored })}</p>
          {undone.kept.length > 0 && (
            <>
              <p>{t('result.kept', { count: undone.kept.length })}</p>
              <ul>
                {undone.kept.slice(0, 10).map((kept) => (
                  <li key={kept.id}>
                    {result.type ? (
                      <Link to={`/${result.type}/${kept.id}`}>{kept.id.slice(0, 8)}</Link>
                    ) : (
                      kept.id.slice(0, 8)
                    )}{' '}
                    {kept.reason}
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
      <div className="exchange-actions">
        {result.rejected > 0 && (
          <a className="button button-plain" href={rejectsAddress(result.batch)} download>
            {t('result.rejectsFile')}
          </a>
        )}
        {!isUndone && !isUnfinished(result.state) && result.created + result.updated > 0 && (
          <Button kind="danger" icon="undo" busy={busy} onClick={() => void undo()}>
            {t('result.undo')}
          </Button>
        )}
        {result.type && (
          <Link className="button button-primary" to={`/${result.type}?sort=-createdAt`}>
            {t('result.show')}
          </Link>
        )}
      </div>
    </section>
  );
}

const counted = ['read', 'created', 'updated', 'skipped', 'rejected'] as const;

export function Counts({ result, trial = false }: { result: ImportResult; trial?: boolean }) {
  const { t } = useTranslation('exchange');
  return (
    <dl className="exchange-counts">
      {counted.map((name) => (
        <div key={name} data-kind={name === 'rejected' && result.rejected > 0 ? 'bad' : undefined}>
          <dt>{t(trial ? `counts.trial.${name}` : `counts.${name}`)}</dt>
          <dd>{formatDecimal(result[name] ?? 0)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Rejects({ result }: { result: ImportResult }) {
  const { t } = useTranslation('exchange');
  const shown = (result.rejects ?? []).slice(0, 20);
  if (shown.length === 0) return null;
  return (
    <div className="exchange-table">
      <table>
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
                <span className="ellipsis">
                  {Object.values(reject.values ?? {})
                    .filter(Boolean)
                    .slice(0, 6)
                    .join(' · ')}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
