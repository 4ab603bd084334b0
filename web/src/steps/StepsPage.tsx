import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { base, get, newKey, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import type { Field, Values } from '../api/types';
import { labelOf } from '../language';
import { Select } from '../look/Select';
import { formatInstant } from '../look/format';
import { Button, Chip, Empty, Failure, Labelled, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import FieldInput from '../records/fields/FieldInput';
import { FieldValue } from '../records/fields/FieldValue';
import { sizeText } from '../records/page/Files';
import { PageBar } from '../shell/PageBar';
import './steps.css';

interface Head {
  id: string;
  subject: string;
  deal: string;
  customer: string;
  stage: string;
  givenAt: string;
  startedAt: string | null;
  dueAt: string;
  late: boolean;
}

interface Owed extends Head {
  content: string | null;
  fields: (Field & { fill: boolean; value: Values[string] })[];
  lines: { description: string; quantity: number; code: string | null; unit: string | null }[];
  files: { id: string; name: string; size: number }[];
  handTo: { id: string; name: string }[];
}

const stepKeys = { all: ['steps'] as const, one: (id: string) => ['steps', id] as const };

/** The steps somebody owes to other people's deals, each with what of the deal it takes to do it. */
export default function StepsPage() {
  const { t } = useTranslation('steps');
  const [chosen, setChosen] = useState<string | null>(null);
  const owed = useQuery({ queryKey: stepKeys.all, queryFn: ({ signal }) => get<{ items: Head[] }>('/steps', { signal }) });
  const items = owed.data?.items;
  const open = items?.find(({ id }) => id === chosen)?.id ?? items?.[0]?.id;
  return (
    <>
      <PageBar title={t('title')} aside={items && <span className="meta">{t('count', { count: items.length })}</span>} />
      {owed.isError && <Failure message={sentence(owed.error)} onRetry={() => void owed.refetch()} />}
      {owed.isLoading && <Skeleton lines={6} />}
      {items?.length === 0 && (
        <Empty icon="check" title={t('none')}>
          {t('noneHint')}
        </Empty>
      )}
      {items && items.length > 0 && (
        <div className="steps">
          <ul className="panel steps-list" aria-label={t('title')}>
            {items.map((step) => (
              <li key={step.id}>
                <button type="button" aria-current={step.id === open} onClick={() => setChosen(step.id)}>
                  <strong>{step.subject}</strong>
                  <span className="ellipsis">
                    {step.deal} · {step.customer}
                  </span>
                  <span className="meta">
                    {step.late ? <Chip color="red">{t('late')}</Chip> : null} {t('due', { when: formatInstant(step.dueAt) })}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          {open && <Desk key={open} id={open} />}
        </div>
      )}
    </>
  );
}

function Desk({ id }: { id: string }) {
  const { t } = useTranslation('steps');
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [note, setNote] = useState('');
  const [to, setTo] = useState('');
  const step = useQuery({ queryKey: stepKeys.one(id), queryFn: ({ signal }) => get<Owed>(`/steps/${id}`, { signal }), retry: false });
  if (step.isError) return <Failure message={sentence(step.error)} onRetry={() => void step.refetch()} />;
  if (!step.data) return <Skeleton lines={6} />;
  const owed = step.data;

  async function act(what: 'start' | 'done' | 'hand-over', body: unknown) {
    setErrors({});
    try {
      await post(`/steps/${id}:${what}`, body, { idempotencyKey: newKey() });
      toast({ text: t(`said.${what}`) });
      await client.invalidateQueries({ queryKey: stepKeys.all });
    } catch (error) {
      const given = error instanceof Problem ? error.body.errors : undefined;
      setErrors(Object.fromEntries(Object.entries(given ?? {}).map(([field, said]) => [field, String(said[0] ?? '')])));
      toast({ kind: 'error', text: sentence(error) });
    }
  }

  return (
    <section className="panel step-desk" aria-label={owed.subject}>
      <h2>{owed.subject}</h2>
      <dl>
        <dt>{t('deal')}</dt>
        <dd>{owed.deal}</dd>
        <dt>{t('customer')}</dt>
        <dd>{owed.customer}</dd>
        <dt>{t('stage')}</dt>
        <dd>{owed.stage}</dd>
        <dt>{t('given')}</dt>
        <dd>
          {formatInstant(owed.givenAt)}
          {owed.startedAt && ` · ${t('started', { when: formatInstant(owed.startedAt) })}`}
        </dd>
        <dt>{t('dueBy')}</dt>
        <dd className={owed.late ? 'step-late' : undefined}>{formatInstant(owed.dueAt)}</dd>
        {owed.fields
          .filter(({ fill }) => !fill)
          .map((field) => (
            <div key={field.name}>
              <dt>{labelOf(field.labels, field.name)}</dt>
              <dd>
                <FieldValue field={field} value={field.value} />
              </dd>
            </div>
          ))}
      </dl>
      {owed.lines.length > 0 && (
        <ul>
          {owed.lines.map((line) => (
            <li key={`${line.code}${line.description}`}>
              {line.description} × {line.quantity} {line.unit} <span className="meta">{line.code}</span>
            </li>
          ))}
        </ul>
      )}
      {owed.files.length > 0 && (
        <ul aria-label={t('files')}>
          {owed.files.map((file) => (
            <li key={file.id}>
              <a href={`${base}/steps/${id}/files/${file.id}`}>{file.name}</a> <span className="meta">{sizeText(file.size)}</span>
            </li>
          ))}
        </ul>
      )}
      {owed.content && <p className="step-content">{owed.content}</p>}
      {owed.fields
        .filter(({ fill }) => fill)
        .map((field) => (
          <Labelled key={field.name} label={labelOf(field.labels, field.name)} htmlFor={`step-${field.name}`} error={errors[field.name]}>
            <FieldInput
              field={field}
              id={`step-${field.name}`}
              value={values[field.name] ?? field.value}
              onChange={(value) => setValues({ ...values, [field.name]: value })}
            />
          </Labelled>
        ))}
      <Labelled label={t('note')} htmlFor="step-note">
        <TextInput id="step-note" value={note} maxLength={200} onChange={(event) => setNote(event.target.value)} />
      </Labelled>
      <div className="step-acts">
        {!owed.startedAt && <Button onClick={() => void act('start', {})}>{t('start')}</Button>}
        <Button kind="primary" icon="check" onClick={() => void act('done', { values, note })}>
          {t('done')}
        </Button>
        {owed.handTo.length > 0 && (
          <>
            <Select label={t('handTo')} value={to} options={[{ value: '', label: t('handTo') }, ...owed.handTo.map((person) => ({ value: person.id, label: person.name }))]} onChange={setTo} />
            <Button disabled={to === ''} onClick={() => void act('hand-over', { to, note })}>
              {t('hand')}
            </Button>
          </>
        )}
      </div>
    </section>
  );
}
