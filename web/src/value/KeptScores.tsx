import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get, patch, post, remove } from '../api/client';
import { sentence } from '../api/problem';
import { formatDecimal, formatInstant, formatList } from '../look/format';
import { Button, Labelled, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { ConditionWords } from '../segments/ConditionWords';
import { Bars, useAxes } from './Charts';
import type { Cluster, LabAnswer } from './LabResult';
import { percent, plain } from './value';

interface Score {
  id: string;
  name: string;
  field: string;
  question: { model: string; filter: string | null; target: string | null; tells: string | null };
  groups: string[];
  version: number;
  madeBy: string;
  removed: boolean;
  failure?: string;
  scoredAt?: string;
  scored?: number;
  findings?: string[];
}

interface Report {
  customers: number;
  auc?: number;
  brier?: number;
  clusters?: Cluster[];
  parameters?: { name: string; value: number }[];
  holdout?: { name: string; meanAbsoluteError: number }[];
}

interface Whole {
  nights: { day: string; expected: number; actual: number }[];
  versions: { version: number; at: string; report: Report }[];
}

const ofPurchases = ['alive', 'purchases', 'spend', 'value'];
const tellsOf = ({ model }: LabAnswer) =>
  model === 'gamma-gamma' ? ['spend'] : model.includes('-') ? ofPurchases : [];
const letters = (clusters: Cluster[] | undefined) => (clusters ?? []).map((_, i) => String.fromCharCode(65 + i));

/** Scores that are kept: told anew each night, a column of the customers. */
export function KeptScores({ asked }: { asked: { question: object | null; answer: LabAnswer } | null }) {
  const { t } = useTranslation('value');
  const client = useQueryClient();
  const axes = useAxes('nights');
  const [open, setOpen] = useState<string>();
  const scores = useQuery({
    queryKey: ['lab', 'scores'],
    queryFn: ({ signal }) => get<{ scores: Score[]; mayKeep: boolean }>('/lab/scores', { signal }),
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
    `/customers?${new URLSearchParams({ view: 'all', filter: `${field} != null`, sort: `-${field}`, columns: `name,owner,${field}` }).toString()}`;
  const known = scores.data?.scores ?? [];
  const mayKeep = scores.data?.mayKeep ?? false;
  if ((!asked || !mayKeep) && known.length === 0) return null;
  return (
    <section className="value-card" aria-label={t('kept.title')}>
      <h2>{t('kept.title')}</h2>
      <p className="meta">{t(mayKeep ? 'kept.what' : 'kept.whatOfAll')}</p>
      {mayKeep && asked?.answer.converged !== false && asked && (
        <Keep
          key={JSON.stringify(asked.question)}
          asked={asked}
          busy={act.isPending}
          keep={(body) => act.mutate(() => post('/lab/scores', body))}
        />
      )}
      <ul className="lab-scores">
        {known.map((score) => (
          <li key={score.id}>
            <strong>{score.name}</strong>{' '}
            <span className="meta">
              {score.question.target ? (
                <ConditionWords filter={score.question.target} />
              ) : (
                t(`lab.models.${score.question.model}`)
              )}
              {score.question.tells && ` · ${t(`kept.tell.${score.question.tells}`)}`}
              {' · '}
              {t(score.scored === undefined ? 'kept.lineOfAll' : 'kept.line', {
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
              {!score.removed && <Link to={listOf(score)}>{t('kept.list')}</Link>}
              {mayKeep && score.removed && <Button onClick={() => restore(score)}>{t('kept.restore')}</Button>}
              {mayKeep && !score.removed && (
                <>
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
                  label={t(`kept.night.${nightOf(score)}`)}
                  axes={axes}
                  series={[t('kept.actual'), t('kept.expected')]}
                  rises={nightOf(score) === 'share' ? percent : (value) => formatDecimal(Number(value.toFixed(2)))}
                  items={whole.data.nights
                    .toReversed()
                    .map(({ day, actual, expected }) => ({ name: day, values: [actual, expected] }))}
                />
                {score.groups.length > 0 && (
                  <Groups
                    key={score.id}
                    clusters={whole.data.versions[0]?.report.clusters ?? []}
                    names={score.groups}
                    busy={act.isPending}
                    rename={(groups) => act.mutate(() => patch(`/lab/scores/${score.id}`, { groups }))}
                  />
                )}
                {whole.data.versions.map(({ version, at, report }) => (
                  <p key={version} className="meta">
                    {t('kept.version', { version, at: formatInstant(at), number: formatDecimal(report.customers) })}
                    {report.auc !== undefined &&
                      ` · ${t('kept.score', { auc: report.auc.toFixed(3), brier: report.brier?.toFixed(3) })}`}
                    {report.parameters &&
                      ` · ${formatList(report.parameters.map((one) => `${one.name} ${plain(one.value)}`))}`}
                    {report.holdout &&
                      report.holdout.length > 1 &&
                      ` · ${t('kept.holdout', { model: report.holdout[0]!.meanAbsoluteError.toFixed(2), rule: Math.min(...report.holdout.slice(1).map((one) => one.meanAbsoluteError)).toFixed(2) })}`}
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

/** What a night holds against what was expected: a share, purchases, money, or how far customers lie from the middle of their group. */
const nightOf = ({ question }: Score) =>
  question.model === 'cluster'
    ? 'distance'
    : question.model === 'gamma-gamma'
      ? 'spend'
      : question.model.includes('-')
        ? 'purchases'
        : 'share';

/** Names a model's answer and has it kept; of a model of purchases one says what of it. */
function Keep(props: {
  asked: { question: object | null; answer: LabAnswer };
  busy: boolean;
  keep: (body: object) => void;
}) {
  const { t } = useTranslation('value');
  const { answer, question } = props.asked;
  const tells = tellsOf(answer);
  const [name, setName] = useState('');
  const [tell, setTell] = useState(tells[0] ?? '');
  const [groups, setGroups] = useState(letters(answer.clusters));
  return (
    <form
      className="value-rules"
      onSubmit={(event) => {
        event.preventDefault();
        props.keep({
          name,
          question: {
            ...question,
            ...(tells.length > 0 && { tells: tell }),
            ...(answer.clusters && { clusters: answer.clusters.length }),
          },
          ...(answer.clusters && { groups }),
        });
      }}
    >
      <div className="value-numbers">
        <Labelled label={t('kept.name')} htmlFor="kept-name">
          <TextInput id="kept-name" value={name} onChange={(event) => setName(event.target.value)} />
        </Labelled>
        {tells.length > 1 && (
          <Labelled label={t('kept.tells')} htmlFor="kept-tells">
            <Select
              id="kept-tells"
              label={t('kept.tells')}
              value={tell}
              options={tells.map((value) => ({ value, label: t(`kept.tell.${value}`) }))}
              onChange={setTell}
            />
          </Labelled>
        )}
        {answer.clusters && <GroupNames names={groups} clusters={answer.clusters} onChange={setGroups} />}
      </div>
      <div className="value-foot">
        <Button kind="primary" type="submit" busy={props.busy} disabled={!name.trim()}>
          {t(answer.clusters ? 'kept.keepGroups' : 'kept.keep')}
        </Button>
      </div>
    </form>
  );
}

function GroupNames(props: { names: string[]; clusters: Cluster[]; onChange: (names: string[]) => void }) {
  const { t } = useTranslation('value');
  return props.names.map((name, i) => (
    <Labelled
      key={i}
      label={t('lab.group', {
        number: i + 1,
        customers: formatDecimal(props.clusters.find(({ number }) => number === i + 1)?.customers ?? 0),
        share: percent(props.clusters.find(({ number }) => number === i + 1)?.share ?? 0),
      })}
      htmlFor={`kept-group-${i}`}
    >
      <TextInput
        id={`kept-group-${i}`}
        value={name}
        onChange={(event) => props.onChange(props.names.map((one, k) => (k === i ? event.target.value : one)))}
      />
    </Labelled>
  ));
}

/** The groups of a kept grouping: what sets each apart, and what it is called. */
function Groups(props: { clusters: Cluster[]; names: string[]; busy: boolean; rename: (names: string[]) => void }) {
  const { t } = useTranslation('value');
  const [names, setNames] = useState(props.names);
  return (
    <form
      className="value-rules"
      onSubmit={(event) => {
        event.preventDefault();
        props.rename(names);
      }}
    >
      {props.clusters.map(({ number, sentences }) => (
        <p key={number} className="meta">
          <strong>{props.names[number - 1]}</strong> {sentences.join(t('semicolon'))}
        </p>
      ))}
      <div className="value-numbers">
        <GroupNames names={names} clusters={props.clusters} onChange={setNames} />
      </div>
      <div className="value-foot">
        <Button type="submit" busy={props.busy} disabled={names.join() === props.names.join()}>
          {t('kept.rename')}
        </Button>
      </div>
    </form>
  );
}
