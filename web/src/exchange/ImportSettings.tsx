import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import type { ListPage, RecordType, Reference, Value } from '../api/types';
import { Checkbox, Labelled, Segmented } from '../look/parts';
import { Select } from '../look/Select';
import FieldInput from '../records/fields/FieldInput';
import { referenceField } from '../records/page/ShareDialog';
import type { ImportOptions, Mode } from './imports';

export interface Destination {
  kind: 'me' | 'none' | 'other' | 'pool';
  person: Value;
  pool: string | null;
}

interface ImportSettingsProps {
  recordType: RecordType;
  options: Pick<ImportOptions, 'mode' | 'keepCreated'>;
  keyName: string | null;
  keys: readonly { name: string; label: string }[];
  destination: Destination;
  /** Whether the file itself says whose each record is. */
  ownerMapped: boolean;
  onMode: (mode: Mode) => void;
  onKey: (key: string) => void;
  onDestination: (destination: Destination) => void;
  onKeepCreated: (keep: boolean) => void;
}

/** New, changed or both; by what a record is known; whose the new ones are. */
export function ImportSettings(props: ImportSettingsProps) {
  const { t } = useTranslation('exchange');
  const { recordType, options, destination } = props;
  const hasPool = Boolean(recordType.importTarget);
  const pools = useQuery({
    queryKey: ['import-pools'],
    queryFn: ({ signal }) => get<ListPage>('/pools', { signal, query: { filter: 'active = true', limit: 100 } }),
    enabled: hasPool,
    staleTime: 60_000,
  });
  const hasOwner = recordType.fields.some(({ name }) => name === 'owner');
  const kinds = (['me', 'none', 'other', 'pool'] as const).filter(
    (kind) => kind !== 'pool' || (hasPool && (pools.data?.items.length ?? 0) > 0),
  );
  const choose = (kind: Destination['kind']) =>
    props.onDestination({ ...destination, kind, pool: destination.pool ?? pools.data?.items[0]?.id ?? null });
  return (
    <section className="panel exchange-settings" aria-label={t('map.settings')}>
      <div className="labelled">
        <span className="exchange-label">{t('map.mode')}</span>
        <Segmented
          label={t('map.mode')}
          value={options.mode}
          options={(['create', 'update', 'both'] as const).map((value) => ({ value, label: t(`map.modes.${value}`) }))}
          onChange={props.onMode}
        />
        <p className="meta">{t(`map.modeHelp.${options.mode}`)}</p>
      </div>
      {options.mode !== 'create' && (
        <Labelled label={t('map.key')} htmlFor="import-key" help={t('map.keyHelp')}>
          <Select
            id="import-key"
            label={t('map.key')}
            value={props.keyName ?? ''}
            options={props.keys.length === 0 ? [{ value: '', label: t('map.noKey') }] : props.keys.map(({ name, label }) => ({ value: name, label }))}
            onChange={props.onKey}
          />
        </Labelled>
      )}
      {hasOwner && options.mode !== 'update' && (
        <div className="labelled">
          <span className="exchange-label">{t(props.ownerMapped ? 'map.ownerOfOthers' : 'map.owner')}</span>
          <Segmented
            label={t('map.owner')}
            value={destination.kind}
            options={kinds.map((value) => ({ value, label: t(`map.owners.${value}`) }))}
            onChange={choose}
          />
          {destination.kind === 'other' && (
            <FieldInput
              field={referenceField('users', t('map.owner'))}
              value={destination.person}
              onChange={(person) => props.onDestination({ ...destination, person })}
            />
          )}
          {destination.kind === 'pool' && (
            <Select
              label={t('map.pool')}
              value={destination.pool ?? ''}
              options={(pools.data?.items ?? []).map((pool) => ({ value: pool.id, label: String(pool.name) }))}
              onChange={(pool) => props.onDestination({ ...destination, pool })}
            />
          )}
        </div>
      )}
      <Checkbox
        label={t('map.keepCreated')}
        checked={options.keepCreated}
        onChange={(event) => props.onKeepCreated(event.target.checked)}
      />
    </section>
  );
}

/** What the server calls it. */
export function ownerOf(destination: Destination): string {
  if (destination.kind === 'pool') return 'none';
  return destination.kind === 'other' ? ((destination.person as Reference | null)?.id ?? 'me') : destination.kind;
}
