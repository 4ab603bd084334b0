import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get, post, remove } from '../api/client';
import { sentence } from '../api/problem';
import { formatDecimal, formatInstant } from '../look/format';
import { Button, Labelled, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { ConditionWords } from '../segments/ConditionWords';
import { Bars } from './Charts';
import { percent } from './value';

interface Score {
  id: string;
  name: string;
  field: string;
  question: { filter: string | null; target: string };
  version: number;
  madeBy: string;
  removed: boolean;
  failure?: string;
  scoredAt?: string;
  scored?: number;
  findings?: string[];
}

interface Whole {
  nights: { day: string; expected: number; actual: number }[];
  versions: { version: number; at: string; report: { auc: number; brier: number; customers: number } }[];
}

/** Scores that are kept: told anew each night, a column of the customers. */
export function KeptScores({ question }: { question: object | null }) {
  const { t } = useTranslation('value');
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [open, setOpen] = useState<string>();
  const scores = useQuery({
    queryKey: ['lab', 'scores'],
    queryFn: ({ signal }) => get<{ scores: Score[] }>('/lab/scores', { signal }),
  });
  const whole = useQuery({
    queryKey: ['lab', 'scores', open],
    queryFn: ({ signal }) => get<Whole>(`/lab/scores/${open}`, { signal }),
    enabled: open !== undefined,
  });
  const act = useMutation({
    mutationFn: async (work: () => Promise<unknown>) => {
      await work();
    },
    onSuccess: () => void client.invalidateQueries(),
    onError: (error) => toast({ text: sentence(error), kind: 'error' }),
  });
  const restore = ({ id }: Score) => act.mutate(() => post(`/lab/scores/${id}:restore`, {}));
  const take = (score: Score) =>
    act.mutate(async () => {
      await remove(`/lab/scores/${score.id}`);
      toast({
        text: t('kept.removed', { name: score.name }),
        action: { label: t('kept.undo'), run: () => restore(score) },
      });
    });
  const listOf = ({ field }: Score) =>
    `/customers?${new URLSearchParams({ view: 'all', filter: `${field} > 0`, sort: `-${field}`, columns: `name,owner,${field}` }).toString()}`;
  const known = scores.data?.scores ?? [];
  if (!question && known.length === 0) return null;
  return (
    <section className="value-card" aria-label={t('kept.title')}>
      <h2>{t('kept.title')}</h2>
      <p className="meta">{t('kept.what')}</p>
      {question && (
        <form
          className="value-rules"
          onSubmit={(event) => {
            event.preventDefault();
            act.mutate(() => post('/lab/scores', { name, question }));
          }}
        >
          <Labelled label={t('kept.name')} htmlFor="kept-name">
            <TextInput id="kept-name" value={name} onChange={(event) => setName(event.target.value)} />
          </Labelled>
          <div className="value-foot">
            <Button kind="primary" type="submit" busy={act.isPending} disabled={!name.trim()}>
              {t('kept.keep')}
            </Button>
          </div>
        </form>
      )}
      <ul className="lab-scores">
        {known.map((score) => (
          <li key={score.id}>
            <strong>{score.name}</strong>{' '}
            <span className="meta">
              <ConditionWords filter={score.question.target} />
              {' · '}
              {t('kept.line', {
                version: score.version,
                by: score.madeBy,
                number: formatDecimal(score.scored ?? 0),
                at: score.scoredAt ? formatInstant(score.scoredAt) : '—',
              })}
            </span>
            {[...(score.failure ? [score.failure] : []), ...(score.findings ?? [])].map((text) => (
              <p key={text} className="labelled-error">
                {text}
              </p>
            ))}
            <div className="value-foot">
              {score.removed ? (
                <Button onClick={() => restore(score)}>{t('kept.restore')}</Button>
              ) : (
                <>
                  <Link to={listOf(score)}>{t('kept.list')}</Link>
                  <Button onClick={() => setOpen(open === score.id ? undefined : score.id)}>{t('kept.watch')}</Button>
                  <Button onClick={() => act.mutate(() => post(`/lab/scores/${score.id}:train`, {}))}>
                    {t('kept.train')}
                  </Button>
                  <Button onClick={() => take(score)}>{t('kept.remove')}</Button>
                </>
              )}
            </div>
            {open === score.id && whole.data && (
              <>
                <Bars
                  label={t('kept.nights')}
                  series={[t('kept.actual'), t('kept.expected')]}
                  rises={percent}
                  items={whole.data.nights
                    .toReversed()
                    .map(({ day, actual, expected }) => ({ name: day, values: [actual, expected] }))}
                />
                {whole.data.versions.map(({ version, at, report }) => (
                  <p key={version} className="meta">
                    {t('kept.version', {
                      version,
                      at: formatInstant(at),
                      auc: report.auc.toFixed(3),
                      brier: report.brier.toFixed(3),
                      number: formatDecimal(report.customers),
                    })}
                  </p>
                ))}
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
