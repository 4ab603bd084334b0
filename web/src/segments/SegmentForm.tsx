import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, patch, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { formatDecimal } from '../look/format';
import { Button, Labelled, Segmented, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { useSettled } from '../records/fields/hits';
import { useBehaviours } from '../records/filter/behaviours';
import { FilterBuilder } from '../records/filter/FilterBuilder';
import { PageBar } from '../shell/PageBar';
import { useAskable } from './ConditionWords';
import { type Segment, segmentKeys } from './segments';

interface SegmentFormProps {
  segment?: Segment;
  /** With the segment when it was saved, without when it was given up. */
  onDone: (saved?: Segment) => void;
}

/** Name, kind and conditions, and how many customers they find while they are being chosen. */
export function SegmentForm({ segment, onDone }: SegmentFormProps) {
  const { t } = useTranslation('segments');
  const client = useQueryClient();
  const fields = useAskable();
  const behaviours = useBehaviours('customers');
  const [name, setName] = useState(segment?.name ?? '');
  const [kind, setKind] = useState<Segment['kind']>(segment?.kind ?? 'live');
  const [note, setNote] = useState(segment?.note ?? '');
  const [filter, setFilter] = useState(segment?.filter ?? '');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const values = { name, note: note || null, ...(kind === 'live' ? { filter } : {}) };
      const saved = segment
        ? await patch<Segment>(`/segments/${segment.id}`, values, { version: segment.version })
        : await post<Segment>('/segments', { ...values, kind }, { idempotencyKey: newKey() });
      await client.invalidateQueries({ queryKey: segmentKeys.all });
      toast({ text: t('saved') });
      onDone(saved);
    } catch (error) {
      setBusy(false);
      const given = error instanceof Problem ? error.body.errors : undefined;
      setErrors(Object.fromEntries(Object.entries(given ?? {}).map(([field, said]) => [field, String(said[0] ?? '')])));
      if (!given) toast({ text: sentence(error), kind: 'error' });
    }
  };
  return (
    <>
      <PageBar
        title={segment?.name ?? t('create')}
        aside={kind === 'live' && <LiveSize filter={filter} />}
        actions={
          <>
            <Button onClick={() => onDone()}>{t('cancel')}</Button>
            <Button kind="primary" busy={busy} disabled={name.trim() === ''} onClick={() => void save()}>
              {t('save')}
            </Button>
          </>
        }
      />
      <div className="segment-form">
        <Labelled label={t('name')} htmlFor="segment-name" error={errors.name}>
          <TextInput
            id="segment-name"
            maxLength={60}
            autoFocus={!segment}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Labelled>
        {!segment && (
          <div>
            <Segmented
              label={t('kind')}
              value={kind}
              options={[
                { value: 'live', label: t('live') },
                { value: 'static', label: t('static') },
              ]}
              onChange={setKind}
            />
            <p className="meta">{t(kind === 'live' ? 'liveHint' : 'staticHint')}</p>
          </div>
        )}
        <Labelled label={t('note')} htmlFor="segment-note" error={errors.note}>
          <TextInput id="segment-note" maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
        </Labelled>
        {kind === 'live' && fields.length > 0 && (
          <div className="segment-builder">
            <FilterBuilder fields={fields} behaviours={behaviours} filter={filter} onChange={setFilter} />
            {errors.filter && (
              <p className="labelled-error" role="alert">
                {errors.filter}
              </p>
            )}
          </div>
        )}
      </div>
    </>
  );
}

/** First what is reckoned at once, then what is counted. */
function LiveSize({ filter }: { filter: string }) {
  const { t } = useTranslation('segments');
  const soon = useSettled(filter, 250);
  const later = useSettled(filter, 900);
  const ask = (exact: boolean) => ({
    queryKey: segmentKeys.size(soon, exact),
    queryFn: () => post<{ value: number; exact: boolean }>('/segments:size', { filter: soon, exact }),
    retry: false,
    staleTime: 15_000,
  });
  const about = useQuery({ ...ask(false), enabled: soon !== '', placeholderData: keepPreviousData });
  const exact = useQuery({ ...ask(true), enabled: soon !== '' && later === soon && about.data?.exact === false });
  if (soon === '') return <span className="meta">{t('noConditions')}</span>;
  if (about.isError)
    return (
      <span className="segment-wrong ellipsis" role="status" title={sentence(about.error)}>
        {sentence(about.error)}
      </span>
    );
  const size = exact.data ?? about.data;
  return (
    <strong role="status" className="segment-live-size" data-busy={about.isFetching || undefined}>
      {size
        ? t(size.exact ? 'size' : 'about', { count: size.value, number: formatDecimal(size.value) })
        : t('counting')}
    </strong>
  );
}
