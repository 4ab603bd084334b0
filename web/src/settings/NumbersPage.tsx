import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AdminPage } from '../admin/AdminPage';
import { get, patch, post } from '../api/client';
import { sentence } from '../api/problem';
import { Button, Failure, Skeleton, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import './settings.css';

interface Numbered {
  type: string;
  label: string;
  rule: string | null;
  pattern: string | null;
  restart: string;
  active: boolean;
  latest: string | null;
  example: string | null;
}

const key = ['settings', '/numbering'];
const restarts = ['never', 'year', 'month', 'day'] as const;

/** How every kind of paper is numbered, with the number that the pattern would make today. */
export function NumbersPage() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: ({ signal }) => get<{ items: Numbered[] }>('/numbering', { signal }) });
  return (
    <AdminPage name="numbers">
      {error ? (
        <Failure message={sentence(error)} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={6} />
      ) : (
        data.items.map((item) => <Pattern key={`${item.type} ${item.pattern} ${item.restart}`} item={item} />)
      )}
      <p className="meta">{t('numbers.parts')}</p>
    </AdminPage>
  );
}

function Pattern({ item }: { item: Numbered }) {
  const { t } = useTranslation('settings');
  const client = useQueryClient();
  const [pattern, setPattern] = useState(item.pattern ?? '');
  const [restart, setRestart] = useState(item.restart);
  const asked = useDeferredValue(JSON.stringify({ pattern, restart }));
  const example = useQuery({
    queryKey: ['numbering', asked],
    queryFn: ({ signal }) => post<{ example: string }>('/numbering:try', JSON.parse(asked), { signal }),
    enabled: pattern.trim() !== '',
    retry: false,
    gcTime: 60_000,
  });
  const isChanged = pattern !== (item.pattern ?? '') || (pattern !== '' && restart !== item.restart);
  const save = async () => {
    try {
      if (item.rule) await patch(`/number-rules/${item.rule}`, { pattern, restart, active: true });
      else await post('/number-rules', { subject: item.type, pattern, restart });
      toast({ text: t('saved') });
      void client.invalidateQueries({ queryKey: key });
    } catch (failure) {
      toast({ text: sentence(failure), kind: 'error' });
    }
  };
  return (
    <section className="panel settings-number-rule" aria-label={item.label}>
      <h2>{item.label}</h2>
      <TextInput aria-label={t('numbers.pattern', { noun: item.label })} placeholder={t('numbers.usual')} value={pattern} maxLength={60} spellCheck={false} aria-invalid={example.isError || undefined} onChange={(event) => setPattern(event.target.value)} />
      <Select label={t('numbers.restart')} value={restart} disabled={pattern === ''} options={restarts.map((value) => ({ value: value as string, label: t(`numbers.restarts.${value}`) }))} onChange={setRestart} />
      <Button disabled={!isChanged || pattern.trim() === '' || example.isError} onClick={() => void save()}>
        {t('save')}
      </Button>
      <p className={example.isError ? 'labelled-error' : 'meta'}>
        {pattern.trim() === '' ? '' : example.isError ? sentence(example.error) : example.data ? t('numbers.example', { number: example.data.example }) : '…'}
        {item.latest && <> {t('numbers.latest', { number: item.latest })}</>}
      </p>
    </section>
  );
}
