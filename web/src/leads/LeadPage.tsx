import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Composer, useMayWrite } from '../activities/Composer';
import { patch, post } from '../api/client';
import { sentence } from '../api/problem';
import { keys, useRecord, useRecordType } from '../api/queries';
import { useSession } from '../api/session';
import type { AnyRecord, RecordType, Reference } from '../api/types';
import { formatInstant } from '../look/format';
import { Button, Chip, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { History } from '../records/history/History';
import { choiceLabel } from '../records/fields/FieldValue';
import { FieldList } from '../records/page/FieldList';
import { PageColumns } from '../records/page/PageColumns';
import { RecordActions } from '../records/page/RecordActions';
import { PageFailure } from '../records/page/RecordPage';
import { DealFiles as RecordFiles } from '../sales/DealPage';
import { ScorePanel } from '../sales/ScorePanel';
import { openForm } from '../shell/forms';
import { PageBar } from '../shell/PageBar';
import { ConvertDialog } from './ConvertDialog';
import '../sales/sales.css';

const elsewhere = ['state', 'stateSince', 'customer', 'contact', 'deal', 'convertedAt'];

/** A lead: how long it has waited, what is known of it, and the step to a customer. */
export default function LeadPage({ id }: { type: string; id: string }) {
  const recordType = useRecordType('leads');
  const record = useRecord('leads', id);
  const failure = recordType.error ?? record.error;
  if (failure)
    return (
      <PageFailure
        type="leads"
        failure={failure}
        onRetry={() => void Promise.all([recordType.refetch(), record.refetch()])}
      />
    );
  if (!recordType.data || !record.data) return <Skeleton lines={10} />;
  return <Loaded recordType={recordType.data} lead={record.data} />;
}

function Loaded({ recordType, lead }: { recordType: RecordType; lead: AnyRecord }) {
  const { t } = useTranslation('leads');
  const client = useQueryClient();
  const { may } = useSession();
  const mayWrite = useMayWrite();
  const [converting, setConverting] = useState(false);
  const title = String(lead.name);
  const state = String(lead.state);
  const states = recordType.fields.find(({ name }) => name === 'state')?.choices;
  const open = !['converted', 'disqualified'].includes(state);
  const late = open && !lead.respondedAt && lead.respondBy && Date.parse(String(lead.respondBy)) < Date.now();
  const refresh = () => void client.invalidateQueries({ queryKey: keys.records('leads') });

  async function act(work: () => Promise<unknown>, done: string) {
    try {
      await work();
      toast({ text: done });
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
    } finally {
      refresh();
    }
  }

  const to = (next: string) =>
    act(() => patch(`/leads/${lead.id}`, { state: next }), t('moved', { state: choiceLabel(states, next) }));
  const links = (['customer', 'contact', 'deal'] as const).flatMap((name) => {
    const target = lead[name] as Reference | undefined;
    return target ? [{ name, target }] : [];
  });
  return (
    <div className="record-page">
      <PageBar
        title={<span className="ellipsis">{title}</span>}
        documentTitle={title}
        aside={<Link to="/leads">{t('title')}</Link>}
        actions={<RecordActions recordType={recordType} record={lead} onChanged={refresh} />}
      />
      <PageColumns
        left={<FieldList recordType={recordType} record={lead} without={elsewhere} />}
        middle={
          <>
            <section className="panel deal-stage" aria-label={t('state')}>
              <p>
                <Chip color={state === 'disqualified' ? 'grey' : state === 'converted' ? 'green' : 'blue'}>
                  {choiceLabel(states, state)}
                </Chip>{' '}
                <span className={late ? 'lead-late' : 'meta'} role={late ? 'alert' : undefined}>
                  {lead.respondedAt
                    ? t('answered', { count: Number(lead.responseMinutes ?? 0) })
                    : lead.respondBy && open
                      ? t(late ? 'late' : 'answerBy', { at: formatInstant(String(lead.respondBy)) })
                      : ''}
                </span>
              </p>
              {links.length > 0 && (
                <ul className="lead-links">
                  {links.map(({ name, target }) => (
                    <li key={name}>
                      <span className="meta">{t(`became.${name}`)}</span>{' '}
                      <Link to={`/${name}s/${target.id}`}>{target.name}</Link>
                    </li>
                  ))}
                </ul>
              )}
              {recordType.rights.edit && (
                <p className="stage-actions">
                  {open && (
                    <Button kind="primary" icon="right" onClick={() => setConverting(true)}>
                      {t('convert.open')}
                    </Button>
                  )}
                  {open && state !== 'qualified' && (
                    <Button icon="check" onClick={() => void to('qualified')}>
                      {t('qualify')}
                    </Button>
                  )}
                  {open && (
                    <Button
                      icon="close"
                      onClick={() => openForm({ type: 'leads', id: lead.id, initial: { state: 'disqualified' } })}
                    >
                      {t('disqualify')}
                    </Button>
                  )}
                  {open && may('records.assign') && (
                    <Button
                      icon="team"
                      onClick={() => void act(() => post(`/leads/${lead.id}:assign`, {}), t('assigned'))}
                    >
                      {t('assign')}
                    </Button>
                  )}
                  {state === 'disqualified' && (
                    <Button icon="undo" onClick={() => void to('working')}>
                      {t('reopen')}
                    </Button>
                  )}
                  {state === 'converted' && (
                    <Button
                      icon="undo"
                      onClick={() => void act(() => post(`/leads/${lead.id}:unconvert`, {}), t('unconverted'))}
                    >
                      {t('unconvert')}
                    </Button>
                  )}
                </p>
              )}
            </section>
            {mayWrite && open && (
              <Composer
                about={{ type: 'leads', id: lead.id, name: title }}
                fixed={{ lead: lead.id }}
                onSaved={refresh}
              />
            )}
            <History recordType={recordType} id={lead.id} canRestore={recordType.rights.edit} />
          </>
        }
        right={
          <>
            <ScorePanel type="leads" id={lead.id} version={lead.version} />
            <RecordFiles type="leads" deal={lead} editable={recordType.rights.edit} />
          </>
        }
      />
      {converting && <ConvertDialog lead={lead} onClose={() => setConverting(false)} onDone={refresh} />}
    </div>
  );
}
