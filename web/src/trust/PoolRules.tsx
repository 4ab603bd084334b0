import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { get, newKey, patch, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { keys, useRecordType } from '../api/queries';
import type { AnyRecord, ListPage, RecordType, Values } from '../api/types';
import { labelOf } from '../language';
import { formatDecimal, formatList } from '../look/format';
import { Button, Checkbox, Empty, Failure, Skeleton, TextInput } from '../look/parts';
import { ReferencePicker } from '../look/ReferencePicker';
import { toast } from '../look/toast';
import { useSettled } from '../records/fields/hits';
import { FormFields } from '../records/form/FormFields';
import { PageBar } from '../shell/PageBar';
import '../records/form/form.css';
import { classes, clocks, hideable, type Members, type PoolTrial } from './pools';
import './trust.css';

const apart = new Set(['members', 'hiddenFields', ...clocks.flatMap((clock) => classes.map((suffix) => clock + suffix))]);

/** The rules of each pool, and how many customers they would take back as they are being changed. */
export default function PoolRules() {
  const { t } = useTranslation('trust');
  const navigate = useNavigate();
  const [where, setWhere] = useSearchParams();
  const described = useRecordType('pools').data;
  const list = useQuery({ queryKey: keys.records('pools'), queryFn: ({ signal }) => get<ListPage>('/pools', { signal, query: { limit: 200 } }) });
  const chosen = where.get('pool');
  const pools = list.data?.items ?? [];
  const pool = pools.find((item) => item.id === chosen);
  if (list.isError) return <Failure message={sentence(list.error)} onRetry={() => void list.refetch()} />;
  return (
    <>
      <PageBar
        title={pool ? String(pool.name) : t(chosen === 'new' ? 'pool.newPool' : 'pool.rules')}
        actions={
          chosen ? (
            <Button onClick={() => setWhere({})}>{t('pool.allRules')}</Button>
          ) : (
            <>
              <Button onClick={() => void navigate('/holding-rules')}>{t('pool.holding')}</Button>
              <Button kind="primary" onClick={() => setWhere({ pool: 'new' })}>
                {t('pool.newPool')}
              </Button>
            </>
          )
        }
      />
      {(!list.data || !described) && <Skeleton lines={6} />}
      {list.data && described && chosen && (pool || chosen === 'new') && (
        <PoolForm key={chosen} type={described} pool={pool} onSaved={() => setWhere({})} />
      )}
      {list.data && !chosen && pools.length === 0 && (
        <Empty icon="pool" title={t('pool.noPool')}>
          {t('pool.noPoolHint')}
        </Empty>
      )}
      {described && !chosen && (
        <div className="trust-alone">
          {pools.map((item) => (
            <PoolCard key={item.id} pool={item} onOpen={() => setWhere({ pool: item.id })} />
          ))}
        </div>
      )}
    </>
  );
}

function useTrial(id: string | undefined, values: Values) {
  const body = useSettled(JSON.stringify({ id, values }), 600);
  return useQuery({
    queryKey: ['pool', 'try', body],
    queryFn: ({ signal }) => post<PoolTrial>('/pools:try', JSON.parse(body) as object, { signal }),
    retry: false,
    gcTime: 0,
  });
}

function PoolCard({ pool, onOpen }: { pool: AnyRecord; onOpen: () => void }) {
  const trial = useTrial(pool.id, {});
  return (
    <button type="button" className="pool-card" onClick={onOpen}>
      <strong>{String(pool.name)}</strong>
      <span className="meta">{trial.data?.rules}</span>
    </button>
  );
}

function PoolForm({ type, pool, onSaved }: { type: RecordType; pool: AnyRecord | undefined; onSaved: () => void }) {
  const { t } = useTranslation('trust');
  const client = useQueryClient();
  const [changed, setChanged] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const values: Values = { ...pool, ...changed };
  const trial = useTrial(pool?.id, pool ? changed : { name: t('pool.newPool'), ...changed });
  const set = (name: string, value: Values[string]) => setChanged((before) => ({ ...before, [name]: value }));
  const save = async () => {
    setBusy(true);
    try {
      await (pool
        ? patch(`/pools/${pool.id}`, changed, { version: pool.version })
        : post('/pools', changed, { idempotencyKey: newKey() }));
      toast({ text: t('rules.saved') });
      await client.invalidateQueries({ queryKey: keys.records('pools') });
      void client.invalidateQueries({ queryKey: ['pool'] });
      onSaved();
    } catch (error) {
      setBusy(false);
      const given = error instanceof Problem ? error.body.errors : undefined;
      setErrors(Object.fromEntries(Object.entries(given ?? {}).map(([field, said]) => [field, String(said[0] ?? '')])));
      if (!given) toast({ text: sentence(error), kind: 'error' });
    }
  };
  const labelled = (name: string) => labelOf(type.fields.find((field) => field.name === name)?.labels, name);
  return (
    <form
      className="trust-alone pool-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <FormFields
        recordType={type}
        fields={type.fields.filter((field) => !apart.has(field.name) && !field.readOnly && !field.system)}
        values={values}
        errors={errors}
        onChange={set}
      />
      <section>
        <h3>{t('pool.clocks')}</h3>
        <div className="admin-table trust-rules">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('pool.days')}</th>
                {classes.map((suffix) => (
                  <th key={suffix} scope="col">
                    {t(`pool.class${suffix}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {clocks.map((clock) => (
                <tr key={clock}>
                  <th scope="row">{labelled(clock)}</th>
                  {classes.map((suffix) => (
                    <td key={suffix}>
                      <TextInput
                        type="number"
                        min={0}
                        max={3650}
                        aria-label={labelled(clock + suffix)}
                        value={values[clock + suffix] == null ? '' : String(values[clock + suffix])}
                        onChange={(event) => set(clock + suffix, event.target.value === '' ? null : Number(event.target.value))}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="meta">{t('pool.clocksHint')}</p>
      </section>
      <Hidden chosen={(values.hiddenFields as string[] | null) ?? []} error={errors.hiddenFields} onChange={(next) => set('hiddenFields', next)} />
      <MemberLists members={(values.members as unknown as Members | null) ?? {}} onChange={(next) => set('members', next as unknown as Values[string])} />
      <section className="pool-trial" role="status">
        <strong>{trial.data?.rules}</strong>
        {trial.data && <span>{t('pool.wouldReturn', { count: trial.data.count, number: formatDecimal(trial.data.count) })}</span>}
        {trial.isError && <span className="labelled-error">{sentence(trial.error)}</span>}
        <span className="meta">{formatList(trial.data?.some.map((item) => item.name) ?? [])}</span>
      </section>
      <div>
        <Button kind="primary" type="submit" busy={busy}>
          {t('rules.save')}
        </Button>
      </div>
    </form>
  );
}

/** What lies in the pool shows less until it is claimed; the name always stays. */
function Hidden({ chosen, error, onChange }: { chosen: string[]; error?: string; onChange: (next: string[]) => void }) {
  const { t } = useTranslation('trust');
  const customers = useRecordType('customers').data;
  return (
    <section>
      <h3>{t('pool.hidden')}</h3>
      <div className="pool-choices">
        {hideable.map((name) => (
          <Checkbox
            key={name}
            label={labelOf(customers?.fields.find((field) => field.name === name)?.labels, name)}
            checked={chosen.includes(name)}
            onChange={(event) => onChange(event.target.checked ? [...chosen, name] : chosen.filter((known) => known !== name))}
          />
        ))}
      </div>
      {error && (
        <p className="labelled-error" role="alert">
          {error}
        </p>
      )}
    </section>
  );
}

/** Teams and people beside the first team, and who runs the pool beside its manager. */
function MemberLists({ members, onChange }: { members: Members; onChange: (next: Members) => void }) {
  const { t } = useTranslation('trust');
  const toggle = (list: keyof Members, id: string) => {
    const now = members[list] ?? [];
    onChange({ ...members, [list]: now.includes(id) ? now.filter((known) => known !== id) : [...now, id] });
  };
  return (
    <section>
      <h3>{t('pool.members')}</h3>
      <div className="pool-members">
        {(['teams', 'people', 'admins'] as const).map((list) => (
          <details key={list}>
            <summary>
              {t(`pool.${list}`)} {members[list]?.length ? `(${members[list].length})` : ''}
            </summary>
            <ReferencePicker
              type={list === 'teams' ? 'teams' : 'users'}
              label={t(`pool.${list}`)}
              selected={members[list] ?? []}
              onToggle={(id) => toggle(list, id)}
            />
          </details>
        ))}
      </div>
    </section>
  );
}
