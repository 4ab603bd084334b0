import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { newKey, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { useRecordType } from '../api/queries';
import type { Field, RecordType } from '../api/types';
import { labelOf } from '../language';
import { formatDecimal, formatInstant, formatList } from '../look/format';
import { Button, Checkbox, Chip, Failure, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { FieldValue } from '../records/fields/FieldValue';
import { isEmpty } from '../records/fields/values';
import { usePageCommands } from '../shell/overlays';
import { choicesToSend, comparedFields, same } from './choices';
import { type Comparison, type Pair, type Reason, useComparison } from './duplicates';
import './trust.css';

interface CompareViewProps {
  type: string;
  ids: readonly string[];
  pairs?: readonly Pair[];
  /** Said to be different; absent where there is no case to say it of. */
  onDifferent?: () => void;
  onRelated?: () => void;
  onMerged: (survivor: string, merges: string[]) => void;
}

/** From two to five records side by side: which stays, whose value each field gets, what moves; 1 to 5, Enter and N on the keyboard. */
export function CompareView(props: CompareViewProps) {
  const comparison = useComparison(props.type, props.ids);
  const recordType = useRecordType(props.type);
  const failure = comparison.error ?? recordType.error;
  if (failure) return <Failure message={sentence(failure)} onRetry={() => void comparison.refetch()} />;
  if (!comparison.data || !recordType.data) return <Skeleton lines={10} />;
  return <Loaded key={props.ids.join()} {...props} comparison={comparison.data} recordType={recordType.data} />;
}

function Loaded({
  type,
  pairs = [],
  comparison,
  recordType,
  onDifferent,
  onRelated,
  onMerged,
}: CompareViewProps & { comparison: Comparison; recordType: RecordType }) {
  const { t } = useTranslation('trust');
  const [survivor, setSurvivor] = useState(comparison.survivor);
  const [made, setMade] = useState<Record<string, string>>({});
  const [all, setAll] = useState(false);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [row, setRow] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [confirm, setConfirm] = useState<{ keys: string[]; message: string } | null>(null);
  const attempt = useRef(newKey());
  const columns = comparison.records.filter(({ record }) => !left.has(record.id));
  const records = columns.map(({ record }) => record);
  const fields = useMemo(() => comparedFields(recordType.fields, records, all), [recordType, records, all]);
  const mayMerge = columns.length >= 2 && columns.every(({ mayEdit }) => mayEdit);
  const chosen = (field: Field) =>
    made[field.name] ?? (survivor === comparison.survivor ? comparison.choices[field.name] : undefined) ?? survivor;

  const choose = (field: string, id: string) => setMade({ ...made, [field]: id });
  const pick = (number: number) => {
    const target = records[number - 1];
    if (!target) return;
    if (row) choose(row, target.id);
    else setSurvivor(target.id);
  };

  const merge = async (confirmed: string[] = []) => {
    if (busy || !mayMerge) return;
    setBusy(true);
    try {
      const done = await post<{ record: { id: string }; merges: string[] }>(
        `/${type}:merge`,
        { survivor, records: records.map(({ id }) => id), choices: choicesToSend(made) },
        { idempotencyKey: attempt.current, query: { confirm: confirmed.join() } },
      );
      onMerged(done.record.id, done.merges);
    } catch (error) {
      attempt.current = newKey();
      if (error instanceof Problem && error.body.confirm?.length)
        setConfirm({ keys: error.body.confirm, message: error.message });
      else toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(false);
    }
  };

  usePageCommands({
    ...Object.fromEntries([1, 2, 3, 4, 5].map((number) => [String(number), () => pick(number)])),
    Enter: (event: KeyboardEvent) => {
      if (event.target instanceof HTMLElement && event.target.closest('a, button, label, input'))
        event.target.closest<HTMLElement>('a, button, label, input')!.click();
      else void merge();
    },
    n: () => onDifferent?.(),
    r: () => onRelated?.(),
  });
  // What was chosen for another set of records says nothing about this one.
  useEffect(() => setConfirm(null), [survivor, made]);

  const moving = columns
    .filter(({ record }) => record.id !== survivor)
    .flatMap(({ belongs }) => belongs)
    .reduce<Map<string, { label: string; count: number }>>(
      (sum, item) =>
        sum.set(item.type, { label: item.label, count: (sum.get(item.type)?.count ?? 0) + item.count }),
      new Map(),
    );

  return (
    <section className="compare" aria-label={t('compare.title')}>
      {pairs.length > 0 && <Reasons pairs={pairs} />}
      <div className="compare-scroll">
        <table className="compare-table">
          <thead>
            <tr>
              <th scope="col">{t('compare.stays')}</th>
              {columns.map(({ record, belongs, mayEdit }, at) => (
                <th key={record.id} scope="col" data-survivor={record.id === survivor || undefined}>
                  <label className="compare-head">
                    <input
                      type="radio"
                      name="survivor"
                      checked={record.id === survivor}
                      onChange={() => setSurvivor(record.id)}
                    />
                    <kbd>{at + 1}</kbd>
                    <Link to={`/${type}/${record.id}`} className="ellipsis">
                      {String(record[recordType.titleField] ?? record.id)}
                    </Link>
                  </label>
                  <div className="meta">
                    {t('compare.made', { at: formatInstant(String(record.createdAt)) })}
                    {belongs.length > 0 &&
                      ` · ${belongs.map(({ label, count }) => `${label} ${formatDecimal(count)}`).join(' · ')}`}
                  </div>
                  {!mayEdit && <Chip color="red">{t('compare.mayNot')}</Chip>}
                  {comparison.records.length > 2 && columns.length > 2 && (
                    <button
                      type="button"
                      className="record-link"
                      onClick={() => {
                        setLeft(new Set([...left, record.id]));
                        if (record.id === survivor) setSurvivor(records.find(({ id }) => id !== record.id)!.id);
                      }}
                    >
                      {t('compare.leaveOut')}
                    </button>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <FieldRow
                key={field.name}
                field={field}
                comparison={columns}
                chosen={chosen(field)}
                survivor={survivor}
                active={row === field.name}
                onFocus={() => setRow(field.name)}
                onBlur={() => setRow(null)}
                onChoose={(id) => choose(field.name, id)}
              />
            ))}
          </tbody>
        </table>
      </div>
      <footer className="compare-footer">
        <Checkbox label={t('compare.all')} checked={all} onChange={(event) => setAll(event.target.checked)} />
        <span className="meta">
          {moving.size > 0
            ? t('compare.moves', {
                what: formatList([...moving.values()].map(({ label, count }) => `${label} ${formatDecimal(count)}`)),
              })
            : t('compare.nothingMoves')}
        </span>
        <span className="bulk-space" />
        {onRelated && (
          <Button onClick={onRelated} title="R">
            {t('compare.related')}
          </Button>
        )}
        {onDifferent && (
          <Button onClick={onDifferent} title="N">
            {t('compare.different')} <kbd>N</kbd>
          </Button>
        )}
        <Button kind="primary" busy={busy} disabled={!mayMerge} onClick={() => void merge()}>
          {t('compare.merge', { count: columns.length })} <kbd>Enter</kbd>
        </Button>
      </footer>
      {confirm && (
        <div className="record-notice" data-kind="warn" role="alert">
          <p>{confirm.message}</p>
          <Button busy={busy} onClick={() => void merge(confirm.keys)}>
            {t('compare.anyway')}
          </Button>
        </div>
      )}
      <p className="meta">{t('compare.reversible')}</p>
    </section>
  );
}

function FieldRow({
  field,
  comparison,
  chosen,
  survivor,
  active,
  onFocus,
  onBlur,
  onChoose,
}: {
  field: Field;
  comparison: Comparison['records'];
  chosen: string;
  survivor: string;
  active: boolean;
  onFocus: () => void;
  onBlur: () => void;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation('trust');
  const fixed = field.readOnly || field.right !== 'edit';
  const kept = comparison.find(({ record }) => record.id === survivor)?.record;
  return (
    <tr data-active={active || undefined} onFocus={onFocus} onBlur={onBlur}>
      <th scope="row">
        {labelOf(field.labels)}
        {chosen === 'both' && (
          <Chip color="blue" title={t('compare.bothHint')}>
            {t('compare.both')}
          </Chip>
        )}
      </th>
      {comparison.map(({ record }) => {
        const value = record[field.name];
        const taken = chosen === record.id || (chosen === 'both' && !isEmpty(value));
        return (
          <td key={record.id} data-taken={taken || undefined} data-differs={!same(value, kept?.[field.name]) || undefined}>
            <label>
              {!fixed && (
                <input
                  type="radio"
                  name={`choice-${field.name}`}
                  aria-label={`${labelOf(field.labels)}: ${t('compare.take')}`}
                  checked={chosen === record.id}
                  onChange={() => onChoose(record.id)}
                />
              )}
              {isEmpty(value) ? <span className="meta">–</span> : <FieldValue field={field} value={value} />}
            </label>
          </td>
        );
      })}
    </tr>
  );
}

/** Why they are thought to be the same: what agrees in green, what does not in red, heaviest first. */
function Reasons({ pairs }: { pairs: readonly Pair[] }) {
  const { t } = useTranslation('trust');
  const best = [...pairs].sort((a, b) => b.probability - a.probability)[0]!;
  const weight = (reason: Reason) => Math.abs(reason.bits);
  return (
    <p className="compare-reasons">
      <strong>{t('compare.likely', { percent: Math.round(best.probability * 1000) / 10 })}</strong>
      {best.reasons
        .filter((reason) => weight(reason) >= 0.5)
        .sort((a, b) => weight(b) - weight(a))
        .map((reason) => (
          <Chip
            key={reason.field}
            color={reason.bits > 0 ? 'green' : 'red'}
            title={t('compare.weight', { bits: `${reason.bits > 0 ? '+' : ''}${reason.bits}` })}
          >
            {reason.label} {reason.text}
          </Chip>
        ))}
    </p>
  );
}
