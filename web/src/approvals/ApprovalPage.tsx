import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { get, newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import { formatInstant, formatRelative } from '../look/format';
import { Avatar, Button, Chip, Failure, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { valueText } from '../records/fields/FieldValue';
import type { Field } from '../api/types';
import type { Preview } from '../settings/chains';
import { PageBar } from '../shell/PageBar';
import { type Approval, approvalsKey, colorOf, comingSigners } from './approvals';
import { DecisionDialog } from './DecisionDialog';
import './approvals.css';

/** One request: what it is about, whose turn it is, what was said; deciding with a thumb. */
export default function ApprovalPage() {
  const { t } = useTranslation('approvals');
  const { id = '' } = useParams();
  const client = useQueryClient();
  const mayPreview = useSession().may('approvals.manage');
  const [asked, setAsked] = useState<Approval['may'][number] | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: [...approvalsKey, 'one', id],
    queryFn: ({ signal }) => get<Approval>(`/approvals/${id}`, { signal }),
  });
  const ahead = useQuery({
    queryKey: [...approvalsKey, 'ahead', id],
    queryFn: ({ signal }) =>
      post<Preview>(
        '/approvals:preview',
        { kind: data!.kind, record: data!.record!.id, submitter: data!.submittedBy?.id },
        { signal },
      ),
    enabled:
      mayPreview &&
      data?.state === 'waiting' &&
      data.record !== undefined &&
      data.steps.some((step) => step.signers.length === 0 && !step.past),
    retry: false,
  });
  const act = useMutation({
    mutationFn: ({ verb, body }: { verb: string; body: Record<string, unknown> }) =>
      post<Approval>(`/approvals/${id}:${verb}`, body, { idempotencyKey: newKey() }),
    onSuccess: (answer, { verb }) => {
      setAsked(null);
      client.setQueryData([...approvalsKey, 'one', id], answer);
      void client.invalidateQueries({ queryKey: approvalsKey });
      if (answer.record) void client.invalidateQueries({ queryKey: [answer.record.type] });
      toast({ text: t(`did.${verb}`) });
    },
    onError: (failure) => {
      toast({ text: sentence(failure), kind: 'error' });
      void refetch();
    },
  });
  if (error) return <Failure message={sentence(error)} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={10} />;
  const may = (verb: Approval['may'][number]) => data.may.includes(verb);
  return (
    <div className="approval">
      <PageBar
        title={data.title}
        aside={<Chip color={colorOf(data.state)}>{t(`word.${data.state}`)}</Chip>}
        actions={data.record && <Link to={`/${data.record.type}/${data.record.id}`}>{t('openRecord')}</Link>}
      />
      <div className="approval-columns">
        <section>
          <p className="meta">
            {data.kindLabel} · {data.submittedBy?.name} · {formatInstant(data.submittedAt)}
          </p>
          <blockquote>{data.reason}</blockquote>
          {data.causes.length > 0 && (
            <ul className="approval-causes">
              {data.causes.map((cause) => (
                <li key={cause}>{cause}</li>
              ))}
            </ul>
          )}
          <dl>
            {data.facts.map((fact) => (
              <div key={fact.field}>
                <dt>{fact.label}</dt>
                <dd>{valueText({ kind: fact.kind, choices: [] } as unknown as Field, fact.value)}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h2>{t('steps')}</h2>
          <ol className="approval-steps">
            {data.steps.map((step) => (
              <li key={step.key} className={step.current ? 'approval-current' : step.past ? 'approval-past' : ''}>
                <span>
                  {step.name}
                  {step.signers.length > 1 && <span className="meta"> {t(`mode.${step.mode}`)}</span>}
                </span>
                {step.signers.map((signer, at) => (
                  <span key={at} className="approval-signer">
                    <Avatar name={signer.person.name} size={24} />
                    {signer.by
                      ? t('inPlaceOf', { name: signer.by.name, other: signer.person.name })
                      : signer.person.name}
                    <Chip color={colorOf(signer.state)}>{t(`word.${signer.state}`)}</Chip>
                    {signer.dueAt && <span className="meta">{t('due', { time: formatInstant(signer.dueAt) })}</span>}
                  </span>
                ))}
                {comingSigners(step, ahead.data?.steps).map((name) => (
                  <span key={name} className="approval-signer">
                    <Avatar name={name} size={24} />
                    {name}
                    <span className="meta">{t('willBeAsked')}</span>
                  </span>
                ))}
                {step.past && step.signers.length === 0 && <span className="meta">{t('passedOver')}</span>}
              </li>
            ))}
          </ol>
          <h2>{t('said')}</h2>
          <ul className="approval-events">
            {data.events.map((event, at) => (
              <li key={at}>
                <span>
                  {event.by?.name ?? t('program')} {t(`action.${event.action}`, { name: event.for?.name })}
                  {event.step && <span className="meta"> {event.step}</span>}
                </span>
                <time className="meta" dateTime={event.at}>
                  {formatRelative(event.at)}
                </time>
                {event.comment && <p>{event.comment}</p>}
              </li>
            ))}
          </ul>
        </section>
      </div>
      {data.may.length > 0 && (
        <footer className="approval-acts">
          {may('withdraw') && (
            <Button onClick={() => act.mutate({ verb: 'withdraw', body: {} })}>{t('act.withdraw')}</Button>
          )}
          {may('resubmit') && (
            <Button kind="primary" onClick={() => setAsked('resubmit')}>
              {t('act.resubmit')}
            </Button>
          )}
          {may('add-signer') && <Button onClick={() => setAsked('add-signer')}>{t('act.add-signer')}</Button>}
          {may('send-back') && <Button onClick={() => setAsked('send-back')}>{t('act.send-back')}</Button>}
          {may('reject') && (
            <Button kind="danger" onClick={() => setAsked('reject')}>
              {t('act.reject')}
            </Button>
          )}
          {may('approve') && (
            <Button kind="primary" icon="check" onClick={() => setAsked('approve')}>
              {t('act.approve')}
            </Button>
          )}
        </footer>
      )}
      {asked && (
        <DecisionDialog
          approval={data}
          verb={asked}
          busy={act.isPending}
          onSubmit={(body) => act.mutate({ verb: asked, body })}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}
