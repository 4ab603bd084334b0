import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import type { RecordType } from '../api/types';
import { currentLanguage, labelOf } from '../language';
import { Button } from '../look/parts';
import { toast } from '../look/toast';
import { ColumnTable } from './ColumnTable';
import { FileFacts } from './FileFacts';
import { type Destination, ImportSettings, ownerOf } from './ImportSettings';
import { type ImportOptions, type Inspection, type Mode, type Reading, type Rule, type SavedMapping } from './imports';
import {
  assign,
  completeMapping,
  fittingMapping,
  type Mapping,
  mappingProblems,
  targetLabel,
  targetsOf,
} from './mapping';
import { SavedMappings } from './SavedMappings';

interface MappingStepProps {
  recordType: RecordType & { keys?: readonly string[] };
  beside?: RecordType;
  fileName: string;
  seen: Inspection;
  reading: Reading;
  saved: readonly SavedMapping[];
  /** What was set before, when somebody comes back from the check. */
  before: ImportOptions | null;
  busy: boolean;
  onRead: (reading: Reading) => void;
  onBack: () => void;
  onNext: (options: ImportOptions) => void;
}

/** Column by column to its field, with a rule each; how records are told, and whose the new ones are. */
export function MappingStep(props: MappingStepProps) {
  const { recordType, beside, seen, reading, before } = props;
  const { t } = useTranslation('exchange');
  const { me } = useSession();
  const fitting = useMemo(
    () =>
      before
        ? undefined
        : fittingMapping(
            seen.columns,
            props.saved.filter(({ options }) => Boolean(options.together) === reading.together),
          ),
    [before, props.saved, reading.together, seen.columns],
  );
  const first = before ?? (fitting?.options as Partial<ImportOptions> | undefined);
  const [keepCreated, setKeepCreated] = useState(first?.keepCreated ?? false);
  const targets = useMemo(() => targetsOf(recordType, beside, keepCreated), [recordType, beside, keepCreated]);
  const [mapping, setMapping] = useState<Mapping>(() =>
    completeMapping(seen.columns, first?.mapping ?? seen.mapping, targets, !first && !reading.together && !seen.source),
  );
  const [rules, setRules] = useState<Record<string, Rule>>(first?.rules ?? {});
  const [mode, setMode] = useState<Mode>(first?.mode ?? 'create');
  const [chosenKey, setKey] = useState<string | null>(first?.key ?? null);
  const [destination, setDestination] = useState<Destination>(() => destinationOf(first));
  const [values, setValues] = useState(first?.values ?? {});
  const [chosen, setChosen] = useState<string | null>(fitting?.id ?? null);

  useEffect(() => {
    if (fitting) toast({ text: t('saved.taken', { name: fitting.name }) });
    // Said once, when the file is there.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const mapped = new Set(Object.values(mapping));
  // People of one company may give different numbers for it; its name tells it then.
  const keyNames = (recordType.keys ?? ['id', 'name'])
    .filter((name) => mapped.has(name))
    .sort((a, b) => Number(beside !== undefined && isReach(a)) - Number(beside !== undefined && isReach(b)));
  const key = mode === 'create' ? null : chosenKey && mapped.has(chosenKey) ? chosenKey : (keyNames[0] ?? null);
  const titles = [recordType.titleField, ...(beside ? [`${beside.type}.${beside.titleField}`] : [])];
  const problems = mappingProblems(mapping, targets, titles, mode, key);
  const labelFor = (path: string) =>
    targetLabel(
      targets.find((target) => target.path === path),
      path,
    );
  const groups = [
    { name: null, label: labelOf(recordType.labels, recordType.type) },
    ...(beside ? [{ name: beside.type, label: labelOf(beside.labels, beside.type) }] : []),
  ];

  const options = (): ImportOptions => ({
    ...reading,
    encoding: seen.encoding,
    delimiter: seen.delimiter,
    sheet: seen.sheet,
    mapping,
    mode,
    key,
    rules: Object.fromEntries(Object.entries(rules).filter(([path]) => mapped.has(path))),
    owner: ownerOf(destination),
    pool: destination.kind === 'pool' ? destination.pool : null,
    keepCreated,
    values,
    alike: before?.alike ?? 'create',
    decisions: before?.decisions ?? {},
    corrections: before?.corrections ?? {},
  });

  const take = (one: SavedMapping) => {
    setChosen(one.id);
    setMapping(completeMapping(seen.columns, one.options.mapping, targets, false));
    setRules(one.options.rules ?? {});
    setMode(one.options.mode ?? 'create');
    setKey(one.options.key ?? null);
    setKeepCreated(one.options.keepCreated ?? false);
    setDestination(destinationOf(one.options));
    setValues(one.options.values ?? {});
  };

  const newField = async (column: string) => {
    try {
      const made = await post<{ name: string }>(`/record-types/${recordType.type}/fields`, {
        kind: kindOf(seen, column),
        labels: { [currentLanguage()]: column },
        section: 'custom',
      });
      await props.onRead({ ...reading, encoding: seen.encoding, delimiter: seen.delimiter, sheet: seen.sheet });
      setMapping((now) => assign(now, column, made.name));
      toast({ text: t('map.fieldMade', { column }) });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };

  return (
    <>
      <FileFacts
        fileName={props.fileName}
        seen={seen}
        reading={reading}
        busy={props.busy}
        onRead={props.onRead}
        onBack={props.onBack}
      />
      <section className="panel" aria-label={t('map.columns')}>
        <h2>
          {t('map.columns')}
          <span className="panel-count">
            {t('map.mapped', { mapped: Object.keys(mapping).length, of: seen.columns.length })}
          </span>
        </h2>
        <SavedMappings
          type={recordType.type}
          saved={props.saved}
          chosen={chosen}
          columns={seen.columns}
          options={options}
          onChoose={take}
        />
        <ColumnTable
          columns={seen.columns}
          sample={seen.sample}
          targets={targets}
          groups={groups}
          mapping={mapping}
          rules={rules}
          withRules={mode !== 'create'}
          onNewField={me.functions.includes('fields.manage') ? (column) => void newField(column) : undefined}
          onMapping={setMapping}
          onRules={setRules}
        />
      </section>
      <ImportSettings
        recordType={recordType}
        options={{ mode, keepCreated }}
        keyName={key}
        keys={keyNames.map((name) => ({ name, label: labelFor(name) }))}
        destination={destination}
        ownerMapped={mapped.has('owner')}
        onMode={setMode}
        onKey={setKey}
        onDestination={setDestination}
        onKeepCreated={setKeepCreated}
      />
      {problems.map((problem) => (
        <p key={problem.kind + (problem.field ?? '')} className="record-notice" data-kind="warn">
          {t(`problem.${problem.kind}`, { field: problem.field ? labelFor(problem.field) : '' })}
        </p>
      ))}
      <div className="exchange-actions">
        <Button kind="primary" disabled={problems.length > 0 || props.busy} onClick={() => props.onNext(options())}>
          {t('map.next')}
        </Button>
      </div>
    </>
  );
}

const isReach = (name: string) => name === 'phone' || name === 'email';

function destinationOf(options: Partial<ImportOptions> | null | undefined): Destination {
  if (options?.pool) return { kind: 'pool', person: null, pool: options.pool };
  const owner = options?.owner ?? 'me';
  return owner === 'me' || owner === 'none'
    ? { kind: owner, person: null, pool: null }
    : { kind: 'other', person: { id: owner, name: owner }, pool: null };
}

/** What a column looks like to somebody who makes a field of it. */
function kindOf(seen: Inspection, column: string): string {
  const at = seen.columns.indexOf(column);
  const cells = seen.sample.map((row) => row[at]?.trim() ?? '').filter(Boolean);
  const all = (pattern: RegExp) => cells.length > 0 && cells.every((cell) => pattern.test(cell));
  if (all(/^-?\d{1,12}$/)) return 'integer';
  if (all(/^-?[\d,]{1,15}(\.\d+)?$/)) return 'number';
  if (all(/^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$/)) return 'date';
  return cells.some((cell) => cell.length > 200) ? 'longText' : 'text';
}
