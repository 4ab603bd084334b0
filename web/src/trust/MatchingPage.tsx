import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, patch } from '../api/client';
import { sentence } from '../api/problem';
import { Button, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { AdminPage } from '../admin/AdminPage';
import './trust.css';

interface Rules {
  match: number;
  review: number;
  /** "entrance.state" → allow, warn or block. */
  rules: Record<string, string>;
}

const key = ['matching'];
const entrances = ['page', 'api', 'import'] as const;
const states = ['mine', 'owned', 'dealt', 'protected', 'free'] as const;

/** Thresholds of the three bands, and what each entrance does by the state of the record found. */
export function MatchingPage() {
  const rules = useQuery({ queryKey: key, queryFn: ({ signal }) => get<Rules>('/matching', { signal }) });
  return (
    <AdminPage name="matching">
      {rules.isLoading && <Skeleton lines={6} />}
      {rules.isError && <Failure message={sentence(rules.error)} onRetry={() => void rules.refetch()} />}
      {rules.data && <Form rules={rules.data} />}
    </AdminPage>
  );
}

function Form({ rules }: { rules: Rules }) {
  const { t } = useTranslation('trust');
  const client = useQueryClient();
  const [draft, setDraft] = useState(rules);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      client.setQueryData(key, await patch<Rules>('/matching', draft));
      toast({ text: t('rules.saved') });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(false);
    }
  };
  const percent = (name: 'match' | 'review') => (
    <Labelled label={t(`rules.${name}`)} htmlFor={`matching-${name}`}>
      <TextInput
        id={`matching-${name}`}
        type="number"
        min={1}
        max={99}
        value={Math.round(draft[name] * 100)}
        onChange={(event) => setDraft({ ...draft, [name]: Number(event.target.value) / 100 })}
      />
    </Labelled>
  );
  return (
    <form
      className="trust-undo"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h2>{t('rules.thresholds')} (%)</h2>
      {percent('match')}
      {percent('review')}
      <h2>{t('rules.byEntrance')}</h2>
      <div className="admin-table trust-rules">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('rules.entrance')}</th>
              {states.map((state) => (
                <th key={state} scope="col">
                  {t(`rules.${state}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {entrances.map((entrance) => (
              <tr key={entrance}>
                <th scope="row">{t(`rules.${entrance}`)}</th>
                {states.map((state) => {
                  const name = `${entrance}.${state}`;
                  return (
                    <td key={state}>
                      <Select
                        label={`${t(`rules.${entrance}`)}: ${t(`rules.${state}`)}`}
                        value={draft.rules[name] ?? 'allow'}
                        options={(['allow', 'warn', 'block'] as const).map((value) => ({ value: value as string, label: t(`rules.${value}`) }))}
                        onChange={(rule) => setDraft({ ...draft, rules: { ...draft.rules, [name]: rule } })}
                      />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div>
        <Button kind="primary" type="submit" busy={busy}>
          {t('rules.save')}
        </Button>
      </div>
    </form>
  );
}
