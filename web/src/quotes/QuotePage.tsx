import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { base, get, newKey, post, put } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { keys, useRecordType } from '../api/queries';
import type { AnyRecord, Reference } from '../api/types';
import { currentLanguage } from '../language';
import { formatInstant, formatList, formatMoney } from '../look/format';
import { Button, Chip, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { ChoiceChip } from '../records/fields/FieldValue';
import { History } from '../records/history/History';
import { FieldList } from '../records/page/FieldList';
import { PageColumns } from '../records/page/PageColumns';
import { PageFailure } from '../records/page/RecordPage';
import { RecordActions } from '../records/page/RecordActions';
import { PageBar } from '../shell/PageBar';
import { bodyOf, type GridLine } from './grid';
import { QuoteGrid } from './QuoteGrid';
import { QuoteDialog } from './QuoteDialog';
import { QuoteEditions } from './QuoteEditions';
import { actsOf, refusedLines, type Sheet, wrongLines } from './quotes';
import './quotes.css';

const settle = 1200;

/** A quote: its lines as a grid, the rules they break, and the way to the customer. */
export default function QuotePage({ id }: { type: string; id: string }) {
  const { t } = useTranslation('quotes');
  const client = useQueryClient();
  const navigate = useNavigate();
  const recordType = useRecordType('quotes');
  const key = [...keys.record('quotes', id), 'sheet'];
  const sheet = useQuery({ queryKey: key, queryFn: ({ signal }) => get<Sheet>(`/quotes/${id}/sheet`, { signal }) });
  const [draft, setDraft] = useState<GridLine[] | null>(null);
  const [saving, setSaving] = useState(false);
  const [refused, setRefused] = useState<string | Map<number, string>>('');
  const [asked, setAsked] = useState<{ verb: string; warning?: string; confirm?: string[] } | null>(null);
  const latest = useRef(draft);
  latest.current = draft;

  const take = (answer: Sheet) => {
    client.setQueryData(key, answer);
    client.setQueryData<AnyRecord>(keys.record('quotes', id), answer.quote);
    void client.invalidateQueries({ queryKey: keys.records('quotes') });
  };

  async function save() {
    const lines = latest.current;
    if (!lines || !sheet.data) return true;
    setSaving(true);
    try {
      take(await put<Sheet>(`/quotes/${id}/lines`, { lines: bodyOf(lines, sheet.data.quote.currency) }));
      setRefused('');
      if (latest.current === lines) setDraft(null);
      return true;
    } catch (error) {
      setRefused(refusedLines(error, lines) ?? sentence(error));
      return false;
    } finally {
      setSaving(false);
    }
  }

  // What is typed is kept a moment after the last key.
  useEffect(() => {
    if (!draft) return;
    const timer = setTimeout(() => void save(), settle);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [draft]);

  async function act(verb: string, body: Record<string, unknown> = {}, confirm = '') {
    if (!(await save())) return;
    const [path, rest] =
      verb === 'accepted' || verb === 'declined'
        ? ['answer', { answer: verb, ...body }]
        : verb === 'cancel'
          ? ['answer', { answer: 'cancelled' }]
          : [verb === 'ready' ? 'submit' : verb, body];
    try {
      const answer = await post<Sheet & AnyRecord>(`/quotes/${id}:${path}`, rest, {
        idempotencyKey: newKey(),
        query: { confirm },
      });
      setAsked(null);
      if (verb === 'order' || verb === 'contract') {
        toast({ text: t(`did.${verb}`) });
        void navigate(`/${verb}s/${answer.id}`);
      } else {
        take(answer);
        toast({ text: t(`did.${verb}`) });
      }
    } catch (error) {
      if (error instanceof Problem && error.body.confirm?.length)
        setAsked({ verb, warning: error.message, confirm: error.body.confirm });
      else if (error instanceof Problem && error.body.rule === 'quote-needs-approval') setAsked({ verb: 'submit' });
      else toast({ kind: 'error', text: sentence(error) });
      void sheet.refetch();
    }
  }

  const failure = recordType.error ?? sheet.error;
  if (failure) return <PageFailure type="quotes" failure={failure} onRetry={() => void sheet.refetch()} />;
  if (!recordType.data || !sheet.data) return <Skeleton lines={12} />;
  const { quote, sums, breaches, conflicts } = sheet.data;
  const customer = quote.customer as Reference | undefined;
  const status = recordType.data.fields.find((field) => field.name === 'status');
  const editable = sheet.data.mayEdit && quote.status === 'draft';
  const paper = (language: string) => `${base}/quotes/${id}/paper?language=${language}`;
  return (
    <div className="record-page">
      <PageBar
        title={<span className="ellipsis">{quote.number}</span>}
        documentTitle={quote.number}
        aside={
          <span className="meta ellipsis">
            {status && <ChoiceChip field={status} value={quote.status} />} {t('edition', { number: quote.edition })}
            {customer && (
              <>
                {' · '}
                <Link to={`/customers/${customer.id}`}>{customer.name}</Link>
              </>
            )}
            {' · '}
            {saving ? t('saving') : draft ? t('unsaved') : t('saved')}
          </span>
        }
        actions={<RecordActions recordType={recordType.data} record={quote} onChanged={() => void sheet.refetch()} />}
      />
      <div className="quote-acts">
        <a className="button button-plain" href={paper('zh-Hans')} target="_blank" rel="noreferrer">
          PDF 中文
        </a>
        <a className="button button-plain" href={paper('en')} target="_blank" rel="noreferrer">
          PDF English
        </a>
        {actsOf(sheet.data, quote.status, breaches.length > 0).map((verb, at, all) => (
          <Button
            key={verb}
            kind={at === all.length - 1 ? 'primary' : 'plain'}
            onClick={() =>
              ['submit', 'link', 'accepted', 'declined'].includes(verb) ? setAsked({ verb }) : void act(verb)
            }
          >
            {t(`act.${verb}`)}
          </Button>
        ))}
        {sheet.data.approval && <Link to={`/approvals/${sheet.data.approval}`}>{t('approval')}</Link>}
      </div>
      {(conflicts.items.length > 0 || conflicts.ask.length > 0) && (
        <div className="quote-warning" role="status">
          <strong>{t('conflict.title')}</strong>
          {conflicts.items.map((item) => (
            <span key={`${item.id}-${item.unitPrice}`}>
              <Link to={`/${item.type}/${item.id}`}>{item.number}</Link> {item.owner} {item.on} {item.unitPrice}{' '}
              {item.currency}
            </span>
          ))}
          {conflicts.ask.length > 0 && <span>{t('conflict.ask', { names: formatList(conflicts.ask) })}</span>}
        </div>
      )}
      {breaches.some(({ line }) => line === undefined) && (
        <div className="quote-warning" role="status">
          {breaches
            .filter(({ line }) => line === undefined)
            .map(({ text }) => (
              <span key={text}>{text}</span>
            ))}
        </div>
      )}
      {typeof refused === 'string' && refused && (
        <p className="quote-warning quote-refused" role="alert">
          {refused}
        </p>
      )}
      <section className="quote-lines" aria-label={t('lines')}>
        <QuoteGrid
          lines={draft ?? sheet.data.lines}
          wrong={typeof refused === 'string' ? wrongLines(draft ? [] : breaches) : refused}
          editable={editable}
          onChange={(next) => {
            setDraft(next);
            setRefused('');
          }}
        />
        {sums && (
          <dl className="quote-sums">
            {(['sum', 'reduction', 'tax', 'total'] as const)
              .filter((name) => name !== 'reduction' || Number(sums.reduction) !== 0)
              .map((name) => (
                <div key={name} className={name === 'total' ? 'quote-total' : ''}>
                  <dt>{t(`sums.${name}`)}</dt>
                  <dd>{formatMoney({ amount: sums[name], currency: sums.currency })}</dd>
                </div>
              ))}
            {typeof quote.margin === 'number' && (
              <div className="meta">
                <dt>{t('grid.margin')}</dt>
                <dd>{quote.margin.toFixed(1)}</dd>
              </div>
            )}
            {sums.capitals && currentLanguage() !== 'en' && <p className="meta">{sums.capitals}</p>}
          </dl>
        )}
      </section>
      <PageColumns
        left={
          <FieldList recordType={recordType.data} record={quote} without={['status', 'edition', 'amount', 'tax']} />
        }
        middle={<History recordType={recordType.data} id={id} canRestore={false} />}
        right={
          <>
            <section className="panel" aria-label={t('links')}>
              <h2>{t('links')}</h2>
              {sheet.data.links.length === 0 && <p className="meta">{t('noLinks')}</p>}
              <ul className="quote-links">
                {sheet.data.links.map((link) => (
                  <li key={link.id}>
                    {link.receiver ?? t('edition', { number: link.edition })}
                    {link.revokedAt && <Chip>{t('revoked')}</Chip>}
                    <span className="meta">
                      {t('until', { time: formatInstant(link.expiresAt) })} · {t('views', { count: link.views })}
                    </span>
                  </li>
                ))}
                {sheet.data.answers.map((answer, at) => (
                  <li key={at}>
                    <Chip color={answer.kind === 'accept' ? 'green' : answer.kind === 'decline' ? 'red' : 'grey'}>
                      {t(`answer.${answer.kind}`)}
                    </Chip>
                    {answer.name} <span className="meta">{formatInstant(answer.at)}</span>
                    {answer.words && <p>{answer.words}</p>}
                  </li>
                ))}
              </ul>
            </section>
            <QuoteEditions id={id} version={Number(quote.version)} />
          </>
        }
      />
      {asked && (
        <QuoteDialog
          id={id}
          {...asked}
          onAct={(body) => void act(asked.verb, body, asked.confirm?.join(','))}
          onSent={() => void sheet.refetch()}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}
