import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get, newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordType } from '../api/queries';
import type { AnyRecord, Field, RecordType, Value } from '../api/types';
import { labelOf } from '../language';
import { Button, Chip, Empty, Failure, IconButton, Segmented, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import FieldInput, { isEditable } from '../records/fields/FieldInput';
import { FieldValue } from '../records/fields/FieldValue';
import { sameValue } from '../records/fields/values';
import { useInlineSave } from '../records/page/useInlineSave';
import { usePageCommands } from '../shell/overlays';
import { type Kind, kindColor, kinds, qualityKeys, type Work } from './quality';

interface WorkListProps {
  type: string;
  kind: string;
  field: string;
  owner: string;
  onKind: (kind: string) => void;
}

/** What somebody can call right as it is; a wrong number stays wrong whoever says otherwise. */
const confirmable: ReadonlySet<string> = new Set(['outdated', 'implausible', 'contradiction']);

const keyOf = (work: Work) => `${work.id} ${work.field} ${work.kind}`;

/** What is to be mended, one line each: E changes the value in its place, C says it is right as it is. */
export function WorkList({ type, kind, field, owner, onKind }: WorkListProps) {
  const { t } = useTranslation('quality');
  const client = useQueryClient();
  const recordType = useRecordType(type).data;
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setWanted] = useState<string | null>(null);
  const [editing, setEditing] = useState(false);
  const pages = useInfiniteQuery({
    queryKey: qualityKeys.work(type, kind, field, owner),
    queryFn: ({ pageParam, signal }) =>
      get<{ items: Work[]; next: string | null }>('/quality/work', {
        signal,
        query: { type, kind, field, owner, cursor: pageParam },
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const items = (pages.data?.pages ?? []).flatMap((page) => page.items).filter((work) => !gone.has(keyOf(work)));
  const at = Math.max(0, items.findIndex((work) => keyOf(work) === wanted));
  const current = items[at];
  const move = (step: number) => () => {
    setEditing(false);
    const next = items[Math.min(items.length - 1, Math.max(0, at + step))];
    setWanted(next ? keyOf(next) : null);
  };
  const leave = (work: Work) => {
    setEditing(false);
    const next = items[items.indexOf(work) + 1] ?? items[items.indexOf(work) - 1];
    setWanted(next ? keyOf(next) : null);
    setGone(new Set([...gone, keyOf(work)]));
    if (items.length < 8 && pages.hasNextPage) void pages.fetchNextPage();
    void client.invalidateQueries({ queryKey: qualityKeys.summary(type), refetchType: 'none' });
  };
  const confirm = async (work: Work) => {
    if (!work.mayEdit || !confirmable.has(work.kind)) return;
    try {
      await post(`/${type}/${work.id}:confirm`, { fields: [work.field] }, { idempotencyKey: newKey() });
      leave(work);
      toast({ text: t('confirmed') });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };
  usePageCommands({
    j: move(1),
    k: move(-1),
    ArrowDown: move(1),
    ArrowUp: move(-1),
    e: () => current?.mayEdit && setEditing(true),
    c: () => current && void confirm(current),
  });
  if (pages.isLoading || !recordType) return <Skeleton lines={8} />;
  if (pages.isError) return <Failure message={sentence(pages.error)} onRetry={() => void pages.refetch()} />;
  return (
    <div className="quality-work">
      <div className="quality-tools">
        <Segmented
          label={t('kind')}
          value={kind}
          options={[{ value: '', label: t('kinds.all') }, ...kinds.map((value) => ({ value: value as string, label: t(`kinds.${value}`) }))]}
          onChange={onKind}
        />
        <span className="meta quality-keys">{t('keys')}</span>
      </div>
      {items.length === 0 && (
        <Empty icon="check" title={t('workNone')}>
          {t('workNoneHint')}
        </Empty>
      )}
      <ul>
        {items.map((work) => (
          <Line
            key={keyOf(work)}
            work={work}
            recordType={recordType}
            isCurrent={work === current}
            editing={work === current && editing}
            onPick={(edit) => {
              setWanted(keyOf(work));
              setEditing(edit && work.mayEdit);
            }}
            onStop={() => setEditing(false)}
            onMended={() => leave(work)}
            onConfirm={() => void confirm(work)}
          />
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button kind="ghost" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </div>
  );
}

interface LineProps {
  work: Work;
  recordType: RecordType;
  isCurrent: boolean;
  editing: boolean;
  onPick: (edit: boolean) => void;
  onStop: () => void;
  onMended: () => void;
  onConfirm: () => void;
}

function Line({ work, recordType, isCurrent, editing, onPick, onStop, onMended, onConfirm }: LineProps) {
  const { t } = useTranslation('quality');
  const field = recordType.fields.find(({ name }) => name === work.field);
  if (!field) return null;
  const editable = work.mayEdit && isEditable(field);
  return (
    <li aria-current={isCurrent || undefined}>
      <Link to={`/${recordType.type}/${work.id}`} className="ellipsis">
        {work.title}
      </Link>
      <span className="quality-what">
        <strong>{labelOf(field.labels, field.name)}</strong>
        <Chip color={kindColor[work.kind as Kind]}>{t(`kinds.${work.kind}`)}</Chip>
        <span className="meta">{work.text}</span>
      </span>
      <span className="quality-value">
        {editing && editable ? (
          <Editor work={work} field={field} recordType={recordType} onStop={onStop} onMended={onMended} />
        ) : (
          <button type="button" disabled={!editable} className="quality-shown" onClick={() => onPick(true)}>
            {work.value === null ? <span className="meta">{t('empty')}</span> : <FieldValue field={field} value={work.value} compact />}
          </button>
        )}
      </span>
      <span className="quality-acts">
        {editable && !editing && <IconButton icon="edit" size="small" label={t('edit')} shortcut="E" onClick={() => onPick(true)} />}
        {work.mayEdit && confirmable.has(work.kind) && (
          <IconButton icon="check" size="small" label={t('confirm')} shortcut="C" onClick={onConfirm} />
        )}
      </span>
    </li>
  );
}

interface EditorProps {
  work: Work;
  field: Field;
  recordType: RecordType;
  onStop: () => void;
  onMended: () => void;
}

function Editor({ work, field, recordType, onStop, onMended }: EditorProps) {
  const { t } = useTranslation('quality');
  const record = { id: work.id, version: work.version, [work.field]: work.value } as AnyRecord;
  const inline = useInlineSave(recordType, record, field);
  const [value, setValue] = useState<Value>(work.value);
  const save = async (confirm?: string[]) => {
    if (sameValue(field.kind, value, work.value)) onStop();
    else if (await inline.put(value, work.version, confirm)) onMended();
  };
  const question = inline.question;
  return (
    <span className="quality-editor" onKeyDown={(event) => event.stopPropagation()}>
      <FieldInput field={field} value={value} onChange={setValue} autoFocus size="small" onCommit={() => void save()} onCancel={onStop} />
      {inline.error && <span className="labelled-error">{inline.error}</span>}
      {question?.kind === 'confirm' && (
        <>
          <span className="labelled-error">{question.message}</span>
          <Button onClick={() => void save(question.keys)}>{t('anyway')}</Button>
        </>
      )}
    </span>
  );
}
