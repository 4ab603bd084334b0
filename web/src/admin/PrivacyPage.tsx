import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get, remove } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordTypes } from '../api/queries';
import { labelOf } from '../language';
import { Dialog } from '../look/Dialog';
import { formatDecimal, formatInstant, formatRelative } from '../look/format';
import { Button, Chip, Empty, Failure, IconButton, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import type { ErasureCounts } from '../privacy/erasure';
import { AdminPage } from './AdminPage';
import { BlockListPanel } from './BlockListPanel';
import { RetentionDialog, type RetentionRule } from './RetentionDialog';
import { TableRegion } from './TableRegion';
import '../privacy/privacy.css';

interface PrivacyRequest {
  act: 'erase' | 'copy' | 'blocked' | 'unblocked';
  recordType: string | null;
  at: string;
  by: string | null;
  reason: string | null;
  recordId?: string;
  title?: string;
  counts?: ErasureCounts;
}

export interface Privacy {
  blocked: number;
  retention: RetentionRule[];
  requests: PrivacyRequest[];
}

export const privacyKey = ['privacy'];

/** How long data is kept, who may not come back, and what people asked for and got. */
export function PrivacyPage() {
  const { t } = useTranslation('privacy');
  const client = useQueryClient();
  const types = useRecordTypes().data ?? [];
  const [edited, setEdited] = useState<RetentionRule | 'new' | null>(null);
  const [removing, setRemoving] = useState<RetentionRule | null>(null);
  const privacy = useQuery({ queryKey: privacyKey, queryFn: ({ signal }) => get<Privacy>('/privacy', { signal }) });
  const refresh = () => void client.invalidateQueries({ queryKey: privacyKey });
  const noun = (type: string | null) => labelOf(types.find((one) => one.type === type)?.labels, type ?? '');

  const drop = async (rule: RetentionRule) => {
    setRemoving(null);
    try {
      await remove(`/privacy/retention/${rule.id}`);
      toast({ text: t('rules.removed', { name: rule.name }) });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
    refresh();
  };

  return (
    <AdminPage
      name="privacy"
      actions={
        <Button kind="primary" icon="plus" onClick={() => setEdited('new')}>
          {t('rules.add')}
        </Button>
      }
    >
      {privacy.isLoading && <Skeleton lines={6} />}
      {privacy.isError && <Failure message={sentence(privacy.error)} onRetry={() => void privacy.refetch()} />}
      {privacy.data && (
        <>
          <section className="privacy-section" aria-label={t('rules.title')}>
            <h2>{t('rules.title')}</h2>
            {privacy.data.retention.length === 0 ? (
              <Empty icon="clock" title={t('rules.none')}>
                {t('rules.noneHint')}
              </Empty>
            ) : (
              <div className="admin-table">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{t('rules.name')}</th>
                      <th scope="col">{t('rules.what')}</th>
                      <th scope="col">{t('rules.act')}</th>
                      <th scope="col">{t('rules.state')}</th>
                      <th scope="col">{t('rules.last')}</th>
                      <th>
                        <span className="visually-hidden">{t('actions')}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {privacy.data.retention.map((rule) => (
                      <tr key={rule.id} data-off={rule.active ? undefined : true}>
                        <td>{rule.name}</td>
                        <td>
                          {t('rules.sentence', {
                            noun: noun(rule.recordType),
                            field: fieldName(types, rule),
                            days: rule.days,
                          })}
                          {rule.filter && (
                            <span className="meta admin-sentence">
                              <code>{rule.filter}</code>
                            </span>
                          )}
                        </td>
                        <td>{t(`rules.acts.${rule.act}`)}</td>
                        <td>
                          <Chip color={rule.active ? 'green' : 'grey'}>
                            {t(rule.active ? 'rules.on' : 'rules.off')}
                          </Chip>
                        </td>
                        <td className="admin-nowrap">
                          {rule.lastRunAt
                            ? t('rules.ran', {
                                when: formatRelative(rule.lastRunAt),
                                number: formatDecimal(rule.lastCount ?? 0),
                              })
                            : t('rules.never')}
                        </td>
                        <td className="admin-actions">
                          <IconButton
                            icon="edit"
                            size="small"
                            label={t('rules.edit', { name: rule.name })}
                            onClick={() => setEdited(rule)}
                          />
                          <IconButton
                            icon="trash"
                            size="small"
                            label={t('rules.remove', { name: rule.name })}
                            onClick={() => setRemoving(rule)}
                          />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </section>
          <BlockListPanel count={privacy.data.blocked} onChanged={refresh} />
          <section className="privacy-section" aria-label={t('requests.title')}>
            <h2>{t('requests.title')}</h2>
            {privacy.data.requests.length === 0 ? (
              <p className="meta">{t('requests.none')}</p>
            ) : (
              <TableRegion label={t('requests.title')}>
                <thead>
                  <tr>
                    <th scope="col">{t('requests.at')}</th>
                    <th scope="col">{t('requests.act')}</th>
                    <th scope="col">{t('requests.whom')}</th>
                    <th scope="col">{t('requests.by')}</th>
                    <th scope="col">{t('requests.reason')}</th>
                  </tr>
                </thead>
                <tbody>
                  {privacy.data.requests.map((request, index) => (
                    <tr key={`${request.at}-${index}`}>
                      <td className="admin-nowrap">{formatInstant(request.at)}</td>
                      <td>
                        {t(`requests.acts.${request.act}`)}
                        {request.counts && (
                          <span className="meta admin-sentence">
                            {t('requests.counts', {
                              records: Object.values(request.counts.removed).reduce((sum, number) => sum + number, 0),
                              entries: request.counts.ledgerEntries,
                            })}
                          </span>
                        )}
                      </td>
                      <td>
                        {request.recordId ? (
                          <Link to={`/${request.recordType}/${request.recordId}`}>{request.title}</Link>
                        ) : request.act === 'erase' || request.act === 'copy' ? (
                          <span className="meta">{noun(request.recordType)}</span>
                        ) : (
                          '—'
                        )}
                      </td>
                      <td>{request.by ?? t('requests.program')}</td>
                      <td>{request.reason}</td>
                    </tr>
                  ))}
                </tbody>
              </TableRegion>
            )}
          </section>
        </>
      )}
      {edited && (
        <RetentionDialog
          rule={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onSaved={() => {
            setEdited(null);
            refresh();
          }}
        />
      )}
      {removing && (
        <Dialog
          title={t('rules.remove', { name: removing.name })}
          onClose={() => setRemoving(null)}
          footer={
            <>
              <Button onClick={() => setRemoving(null)}>{t('cancel')}</Button>
              <Button kind="danger" onClick={() => void drop(removing)}>
                {t('rules.removeNow')}
              </Button>
            </>
          }
        >
          <p>{t('rules.removeText')}</p>
        </Dialog>
      )}
    </AdminPage>
  );
}

function fieldName(types: ReturnType<typeof useRecordTypes>['data'], rule: RetentionRule): string {
  const type = types?.find((one) => one.type === rule.recordType) as
    { fields?: { name: string; labels: Record<string, string | undefined> }[] } | undefined;
  return labelOf(type?.fields?.find((field) => field.name === rule.field)?.labels, rule.field);
}
