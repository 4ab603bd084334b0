import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get, newKey, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { useSession } from '../api/session';
import type { Reference } from '../api/types';
import { Button } from '../look/parts';
import { toast } from '../look/toast';
import { ReasonDialog } from '../money/ReasonDialog';
import RecordPage, { type PartProps } from '../records/page/RecordPage';
import { type Approval, type ApprovalList, approvalsKey } from './approvals';

const rights: Record<string, string> = { 'credit-overrides': 'credit.override', 'gate-exceptions': 'exceptions.grant' };

/** An exception somebody asked for, from a customer's credit or from a condition of the process: whoever may decides it here. */
export default function ExceptionPage({ type, id }: { type: string; id: string }) {
  return <RecordPage type={type} id={id} Middle={Deciding} />;
}

function Deciding({ recordType: { type, singular }, record, refresh }: PartProps) {
  const { t } = useTranslation('approvals');
  const { me, may } = useSession();
  const [asking, setAsking] = useState<'grant' | 'refuse' | null>(null);
  const [chained, setChained] = useState(false);
  const asked = record.status === 'asked';
  const approval = useQuery({
    queryKey: [...approvalsKey, 'about', record.id],
    queryFn: ({ signal }) => approvalOf(singular, record.id, signal),
    enabled: asked,
    retry: false,
  });
  if (!asked) return null;
  const own = (record.createdBy as Reference | null)?.id === me.id;
  const decides = may(rights[type]!) && !own && !chained;

  async function decide(verb: 'grant' | 'refuse', answer: string) {
    try {
      await post(
        `/${type}/${record.id}:${verb}`,
        { ...(answer.trim() && { answer: answer.trim() }) },
        { idempotencyKey: newKey() },
      );
      toast({ text: t(`exception.done.${verb}`) });
      refresh();
    } catch (error) {
      if (error instanceof Problem && error.body.rule === 'approval-chain') setChained(true);
      toast({ kind: 'error', text: sentence(error) });
    }
    setAsking(null);
  }

  return (
    <section className="panel" aria-label={t('exception.title')}>
      <h2>{t('exception.title')}</h2>
      <p className="meta">
        {t(own ? 'exception.own' : chained ? 'exception.chained' : decides ? 'exception.decide' : 'exception.waits')}
      </p>
      <p className="stage-actions">
        {decides && (
          <>
            <Button kind="primary" icon="check" onClick={() => setAsking('grant')}>
              {t('exception.grant')}
            </Button>
            <Button kind="danger" onClick={() => setAsking('refuse')}>
              {t('exception.refuse')}
            </Button>
          </>
        )}
        {approval.data ? (
          <Link to={`/approvals/${approval.data}`}>{t('exception.open')}</Link>
        ) : (
          chained && <Link to="/approvals">{t('title')}</Link>
        )}
      </p>
      {asking && (
        <ReasonDialog
          title={t(`exception.${asking}`)}
          required={asking === 'refuse'}
          onSubmit={(words) => decide(asking, words)}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  );
}

/** The approval that is open about a record, among those the reader has a part in: a request is not found by its record. */
async function approvalOf(kind: string, record: string, signal: AbortSignal): Promise<string | null> {
  for (const box of ['waiting', 'mine'] as const) {
    const { items } = await get<ApprovalList>('/approvals', { signal, query: { box } });
    for (const { id } of items.filter((item) => item.kind === kind && item.state === 'waiting').slice(0, 10)) {
      const request = await get<Approval>(`/approvals/${id}`, { signal });
      if (request.record?.id === record) return id;
    }
  }
  return null;
}
