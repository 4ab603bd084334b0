import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/client';
import { sentence } from '../api/problem';
import { Dialog } from '../look/Dialog';
import { formatDecimal, formatInstant, formatRelative } from '../look/format';
import { Button, Chip, Failure, Labelled, Skeleton } from '../look/parts';
import { CopyButton } from '../records/fields/CopyButton';
import { download } from './download';
import './safety.css';

interface Checkpoint {
  size: number;
  at: string;
  root: string;
  note: string;
}

interface Finding {
  kind: string;
  seq?: number;
  sentence?: string;
  sentences?: Record<string, string>;
}

interface Report {
  at?: string;
  seconds?: number;
  whole: boolean;
  entries: number;
  rows: number;
  checkpoints: number;
  findings: Finding[];
  more: boolean;
}

interface State {
  ledger: string;
  entries: number;
  root: string;
  publicKey: string;
  checkpoint: Checkpoint | null;
  deliveries: { channel: string; size: number; at: string; failures: number; problem: string | null }[];
  lastCheck: Report | null;
}

const stateKey = ['ledger-state'];

/** What an auditor asks first: does it hold, up to where is it signed, where did the signatures go, and what can I take along. */
export function LedgerState() {
  const { t } = useTranslation('admin');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const state = useQuery({
    queryKey: stateKey,
    queryFn: ({ signal }) => get<State>('/ledger/state', { signal }),
    refetchInterval: 60_000,
  });
  if (state.isLoading) return <Skeleton lines={3} />;
  if (state.isError) return <Failure message={sentence(state.error)} onRetry={() => void state.refetch()} />;
  const { entries, root, checkpoint, deliveries, lastCheck, publicKey } = state.data!;

  return (
    <section className="safety-panel" aria-label={t('ledger.state')}>
      <dl className="safety-facts">
        <div>
          <dt>{t('ledger.entries')}</dt>
          <dd>{formatDecimal(entries)}</dd>
        </div>
        <div>
          <dt>{t('ledger.signedTo')}</dt>
          <dd title={checkpoint ? formatInstant(checkpoint.at, true) : undefined}>
            {checkpoint
              ? t('ledger.signed', { size: formatDecimal(checkpoint.size), at: formatRelative(checkpoint.at) })
              : t('ledger.unsigned')}
          </dd>
        </div>
        <div>
          <dt>{t('ledger.sent')}</dt>
          <dd>
            {deliveries.length === 0 ? (
              <span className="meta">{t('ledger.sentNowhere')}</span>
            ) : (
              deliveries.map((delivery) => (
                <Chip
                  key={delivery.channel}
                  color={delivery.problem ? 'red' : 'green'}
                  title={delivery.problem ?? formatInstant(delivery.at, true)}
                >
                  {t(`ledger.channels.${delivery.channel}`)} {formatDecimal(delivery.size)}
                </Chip>
              ))
            )}
          </dd>
        </div>
        <div>
          <dt>{t('ledger.checked')}</dt>
          <dd>
            {lastCheck ? (
              <Chip color={lastCheck.whole ? 'green' : 'red'} title={lastCheck.at && formatInstant(lastCheck.at, true)}>
                {lastCheck.whole ? t('ledger.holds') : t('ledger.broken', { count: lastCheck.findings.length })}
                {lastCheck.at && ` · ${formatRelative(lastCheck.at)}`}
              </Chip>
            ) : (
              <span className="meta">{t('ledger.never')}</span>
            )}
          </dd>
        </div>
      </dl>
      <p className="safety-root meta">
        {t('ledger.root')} <code>{root}</code>
        <CopyButton text={root} label={t('ledger.root')} />
      </p>
      <div className="admin-tools">
        <Button kind="primary" icon="check" onClick={() => setAsking(true)}>
          {t('ledger.verify')}
        </Button>
        <Button
          icon="export"
          disabled={!checkpoint}
          onClick={() => checkpoint && download(`checkpoint-${checkpoint.size}.txt`, checkpoint.note)}
        >
          {t('ledger.takeCheckpoint')}
        </Button>
        <Button icon="export" onClick={() => download('ledger-public-key.pem', publicKey)}>
          {t('ledger.takeKey')}
        </Button>
      </div>
      {lastCheck && !lastCheck.whole && <Findings report={lastCheck} />}
      {asking && (
        <VerifyDialog
          onClose={() => {
            setAsking(false);
            void client.invalidateQueries({ queryKey: stateKey });
          }}
        />
      )}
    </section>
  );
}

function Findings({ report }: { report: Report }) {
  const { t, i18n } = useTranslation('admin');
  return (
    <ul className="safety-findings">
      {report.findings.map((finding, at) => (
        <li key={at}>{finding.sentence ?? finding.sentences?.[i18n.language] ?? finding.kind}</li>
      ))}
      {report.more && <li className="meta">{t('ledger.andMore')}</li>}
    </ul>
  );
}

function VerifyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('admin');
  const [checkpoint, setCheckpoint] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [report, setReport] = useState<Report | null>(null);

  const run = async () => {
    setBusy(true);
    setFailure(null);
    setReport(null);
    try {
      setReport(await post<Report>('/ledger:verify', { checkpoint: checkpoint.trim() ? `${checkpoint.trim()}\n` : null }));
    } catch (error) {
      setFailure(sentence(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t('ledger.verify')}
      onClose={onClose}
      width={620}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" icon="check" busy={busy} onClick={() => void run()}>
            {t(busy ? 'ledger.verifying' : 'ledger.verify')}
          </Button>
        </>
      }
    >
      <div className="admin-form">
        <p>{t('ledger.verifyHint')}</p>
        <Labelled label={t('ledger.outside')} htmlFor="outside" help={t('ledger.outsideHelp')} error={failure}>
          <textarea
            id="outside"
            className="text-input safety-note"
            rows={6}
            spellCheck={false}
            placeholder="guanxi-ledger/…"
            value={checkpoint}
            onChange={(event) => setCheckpoint(event.target.value)}
          />
        </Labelled>
        <div role="status">
          {report && (
            <>
              <Chip color={report.whole ? 'green' : 'red'}>
                {report.whole
                  ? t('ledger.sound', {
                      entries: formatDecimal(report.entries),
                      rows: formatDecimal(report.rows),
                      checkpoints: formatDecimal(report.checkpoints),
                    })
                  : t('ledger.broken', { count: report.findings.length })}
              </Chip>
              {!report.whole && <Findings report={report} />}
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}
