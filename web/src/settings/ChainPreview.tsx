import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { useList, useRecordType } from '../api/queries';
import { titleOf } from '../records/list/title';
import { Chip } from '../look/parts';
import { Select } from '../look/Select';
import type { Chain, ChainKind, Preview } from './chains';

/** "Who would be asked for this quote": the chain as it stands on the page, held against a record there is. */
export function ChainPreview({ kind, condition, chain }: { kind: ChainKind; condition: string; chain: Chain }) {
  const { t } = useTranslation('settings');
  const type = useRecordType(kind.type).data;
  const records = useList(kind.type, { sort: '-createdAt' }).data?.pages[0]?.items.slice(0, 20) ?? [];
  const [chosen, setChosen] = useState('');
  const record = records.some(({ id }) => id === chosen) ? chosen : (records[0]?.id ?? '');
  const asked = useDeferredValue(JSON.stringify({ kind: kind.kind, record, condition: condition || undefined, definition: chain }));
  const preview = useQuery({
    queryKey: ['approvals', 'preview', asked],
    queryFn: ({ signal }) => post<Preview>('/approvals:preview', JSON.parse(asked), { signal }),
    enabled: record !== '',
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  return (
    <aside className="panel settings-preview" aria-live="polite">
      <h2>{t('preview.title')}</h2>
      {records.length === 0 || !type ? (
        <p className="meta">{t('preview.none', { noun: kind.typeLabel })}</p>
      ) : (
        <>
          <Select label={kind.typeLabel} value={record} options={records.map((item) => ({ value: item.id, label: titleOf(type, item) }))} onChange={setChosen} />
          {preview.isError && <p className="labelled-error">{sentence(preview.error)}</p>}
          {preview.data && !preview.isError && (
            <>
              {!preview.data.applies && <p className="settings-warn">{t('preview.doesNotApply')}</p>}
              <ol>
                {preview.data.steps.map((step, at) => (
                  <li key={at} data-off={!step.holds || undefined}>
                    <strong>{step.name}</strong>
                    {!step.holds ? (
                      <span className="meta">{t('preview.skipped')}</span>
                    ) : step.chosen && step.signers.length === 0 ? (
                      <span>{t('preview.chosen')}</span>
                    ) : step.signers.length > 0 ? (
                      <span className="settings-people">
                        {step.signers.map((name) => (
                          <Chip key={name} color="blue">
                            {name}
                          </Chip>
                        ))}
                        {step.signers.length > 1 && <span className="meta">{t(step.mode === 'all' ? 'preview.all' : 'preview.any')}</span>}
                      </span>
                    ) : step.instead.length > 0 ? (
                      <span>{t('preview.instead', { people: step.instead.join(t('listSeparator')) })}</span>
                    ) : (
                      <span className="meta">{t('preview.passes')}</span>
                    )}
                    {step.holds && step.hours !== undefined && <span className="meta">{t('chains.within', { hours: step.hours })}</span>}
                  </li>
                ))}
              </ol>
            </>
          )}
        </>
      )}
    </aside>
  );
}
