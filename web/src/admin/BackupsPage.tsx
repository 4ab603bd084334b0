import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../api/client';
import { sentence } from '../api/problem';
import { Dialog } from '../look/Dialog';
import { formatDecimal, formatInstant, formatRelative } from '../look/format';
import { Button, Chip, Empty, Failure, IconButton, Labelled, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { CopyButton } from '../records/fields/CopyButton';
import { AdminPage } from './AdminPage';
import './safety.css';

interface Backup {
  name: string;
  made: string;
  bytes: number;
  reason: string | null;
  seconds: number;
  entries: number;
  checkedAt: string | null;
  checkSeconds: number;
  good: boolean;
  secondPlace: string | null;
  problems: string[];
}

interface Backups {
  items: Backup[];
  daily: boolean;
  at: string;
  folder: string;
  secondPlace: string | null;
  passphraseOnlyHere: boolean;
  canRestore: boolean;
  days: number;
  weeks: number;
  months: number;
}

const backupsKey = ['backups'];

/** Backups: whether each could be restored, one more now, and putting one in place of the data. */
export function BackupsPage() {
  const { t } = useTranslation('admin');
  const client = useQueryClient();
  const [doing, setDoing] = useState<string | null>(null);
  const [restoring, setRestoring] = useState<Backup | null>(null);
  const [passphrase, setPassphrase] = useState<string | null>(null);
  const backups = useQuery({ queryKey: backupsKey, queryFn: ({ signal }) => get<Backups>('/backups', { signal }) });

  const act = async (what: string, work: () => Promise<void>) => {
    setDoing(what);
    try {
      await work();
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setDoing(null);
      void client.invalidateQueries({ queryKey: backupsKey });
    }
  };
  const tell = (backup: Backup): void => {
    toast(backup.good ? { text: t('backups.isGood') } : { text: backup.problems[0] ?? t('backups.isBad'), kind: 'error' });
  };
  const showPassphrase = () =>
    act('passphrase', async () => setPassphrase((await post<{ passphrase: string }>('/backups:passphrase')).passphrase));

  return (
    <AdminPage
      name="backups"
      actions={
        <Button
          kind="primary"
          icon="plus"
          busy={doing === 'make'}
          onClick={() => void act('make', async () => tell(await post<Backup>('/backups', {})))}
        >
          {t(doing === 'make' ? 'backups.making' : 'backups.make')}
        </Button>
      }
    >
      {backups.isLoading && <Skeleton lines={5} />}
      {backups.isError && <Failure message={sentence(backups.error)} onRetry={() => void backups.refetch()} />}
      {backups.data && (
        <>
          <p>
            {backups.data.daily ? t('backups.rule', { ...backups.data }) : t('backups.noDaily')}{' '}
            {backups.data.secondPlace
              ? t('backups.copied', { place: backups.data.secondPlace })
              : t('backups.noSecondPlace')}
          </p>
          {backups.data.passphraseOnlyHere && (
            <div className="record-notice" role="note">
              <span>{t('backups.passphraseOnlyHere')}</span>
              <Button busy={doing === 'passphrase'} onClick={() => void showPassphrase()}>
                {t('backups.showPassphrase')}
              </Button>
            </div>
          )}
          {backups.data.items.length === 0 ? (
            <Empty icon="record" title={t('backups.none')}>
              {t('backups.noneHint')}
            </Empty>
          ) : (
            <div className="admin-table">
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t('backups.made')}</th>
                    <th scope="col">{t('backups.reason')}</th>
                    <th scope="col" className="number">
                      {t('backups.size')}
                    </th>
                    <th scope="col" className="number">
                      {t('backups.entries')}
                    </th>
                    <th scope="col">{t('backups.check')}</th>
                    <th scope="col">{t('backups.second')}</th>
                    <th>
                      <span className="visually-hidden">{t('actions')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {backups.data.items.map((backup) => (
                    <tr key={backup.name}>
                      <td className="admin-nowrap" title={backup.name}>
                        {formatInstant(backup.made)}
                      </td>
                      <td>
                        {backup.reason === 'daily' || backup.reason === 'asked'
                          ? t(`backups.reasons.${backup.reason}`)
                          : t('backups.reasons.migration', { name: backup.reason })}
                      </td>
                      <td className="number admin-nowrap">{formatDecimal((backup.bytes / 1048576).toFixed(1))} MB</td>
                      <td className="number">{formatDecimal(backup.entries)}</td>
                      <td>
                        {backup.checkedAt ? (
                          <>
                            <Chip color={backup.good ? 'green' : 'red'} title={formatInstant(backup.checkedAt, true)}>
                              {t(backup.good ? 'backups.good' : 'backups.bad')} · {formatRelative(backup.checkedAt)}
                            </Chip>
                            {backup.problems.slice(0, 3).map((problem) => (
                              <div key={problem} className="meta">
                                {problem}
                              </div>
                            ))}
                          </>
                        ) : (
                          <span className="meta">{t('backups.unchecked')}</span>
                        )}
                      </td>
                      <td>
                        {backup.secondPlace &&
                          (backup.secondPlace === 'copied' ? t('backups.isCopied') : <Chip color="red">{backup.secondPlace}</Chip>)}
                      </td>
                      <td className="admin-actions">
                        <IconButton
                          icon="check"
                          size="small"
                          label={t('backups.checkNow', { at: formatInstant(backup.made) })}
                          disabled={doing !== null}
                          onClick={() =>
                            void act(backup.name, async () => tell(await post<Backup>(`/backups/${backup.name}:check`)))
                          }
                        />
                        {backups.data.canRestore && (
                          <IconButton
                            icon="undo"
                            size="small"
                            label={t('backups.restore', { at: formatInstant(backup.made) })}
                            disabled={doing !== null}
                            onClick={() => setRestoring(backup)}
                          />
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {!backups.data.canRestore && <p className="meta">{t('backups.restoreByCommand')}</p>}
          {!backups.data.passphraseOnlyHere && (
            <div className="admin-tools">
              <Button busy={doing === 'passphrase'} onClick={() => void showPassphrase()}>
                {t('backups.showPassphrase')}
              </Button>
            </div>
          )}
        </>
      )}
      {restoring && <RestoreDialog backup={restoring} onClose={() => setRestoring(null)} />}
      {passphrase !== null && (
        <Dialog
          title={t('backups.passphrase')}
          firm
          onClose={() => setPassphrase(null)}
          footer={
            <Button kind="primary" onClick={() => setPassphrase(null)}>
              {t('backups.isKept')}
            </Button>
          }
        >
          <div className="admin-secret">
            <p>{t('backups.keepIt')}</p>
            <p className="admin-secret-text">
              <code>{passphrase}</code>
              <CopyButton text={passphrase} label={t('backups.passphrase')} />
            </p>
          </div>
        </Dialog>
      )}
    </AdminPage>
  );
}

/** Asks for the name, because nothing on the page does more at once; then waits until the server is back. */
function RestoreDialog({ backup, onClose }: { backup: Backup; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const restore = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await post(`/backups/${backup.name}:restore`, { confirm: typed.trim() });
      await serverIsBack();
      window.location.assign('/');
    } catch (error) {
      setFailure(sentence(error));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t('backups.restore', { at: formatInstant(backup.made) })}
      firm={busy}
      onClose={onClose}
      footer={
        <>
          <Button disabled={busy} onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button kind="danger" busy={busy} disabled={typed.trim() !== backup.name} onClick={() => void restore()}>
            {t(busy ? 'backups.restoring' : 'backups.restoreNow')}
          </Button>
        </>
      }
    >
      <div className="admin-form">
        <p>{t('backups.restoreText')}</p>
        <Labelled
          label={t('backups.confirm')}
          htmlFor="restore-confirm"
          help={<code>{backup.name}</code>}
          error={failure}
        >
          <TextInput
            id="restore-confirm"
            data-autofocus
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </Labelled>
      </div>
    </Dialog>
  );
}

async function serverIsBack(): Promise<void> {
  for (let tries = 0, down = false; tries < 300; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    try {
      const answer = await fetch('/health/ready', { cache: 'no-store' });
      if (answer.ok && (down || tries > 6)) return;
    } catch {
      down = true;
    }
  }
}
