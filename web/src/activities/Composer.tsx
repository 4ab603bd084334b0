import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey, post } from '../api/client';
import { sentence } from '../api/problem';
import { keys, useRecordTypes } from '../api/queries';
import { useSession } from '../api/session';
import type { AnyRecord, Reference, Values } from '../api/types';
import { formatList } from '../look/format';
import { hasCommandKey, isComposing, isMac } from '../look/keys';
import { Button, IconButton, Segmented } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { draftKey, type Draft, readDraft, useKeptDraft } from '../records/form/draft';
import { usePageCommands } from '../shell/overlays';
import { type ActivityKind, iconOfKind, subjectOf, writtenKinds } from './activity';
import { keptMentions } from './mentions';
import { MentionText } from './MentionText';
import { type LocalMoment, mentionedDate, mentionedTime, pickDate, toInstant } from './nextStep';
import { NextStepPicker, usualTime, useToday } from './NextStepPicker';
import { deliver, discard, enqueue } from './outbox';
import './activities.css';

export interface ComposerProps {
  /** The record it is written about. */
  about: { type: string; id: string; name: string };
  /** Values every follow-up from here gets, such as the customer. */
  fixed: Values;
  contacts?: readonly Reference[];
  onSaved: (activity: AnyRecord) => void;
}

interface Writing {
  kind: ActivityKind;
  text: string;
  contact: string;
  next: LocalMoment | null;
  /** Set once the person chose or removed the next step; until then the text may propose one. */
  nextChosen: boolean;
}

const blank: Writing = { kind: 'call', text: '', contact: '', next: null, nextChosen: false };

/** Whether the caller may write follow-ups at all; a reader is not shown a box that would refuse him. */
export function useMayWrite(): boolean {
  return useRecordTypes().data?.find(({ type }) => type === 'activities')?.rights.create ?? false;
}

/** Writes down what happened and plans the next step: number key, words, Ctrl+Enter. No word is lost on the way. */
export function Composer({ about, fixed, contacts = [], onSaved }: ComposerProps) {
  const { t } = useTranslation('activity');
  const { me } = useSession();
  const client = useQueryClient();
  const today = useToday();
  const storage = draftKey(me.id, 'follow-up', about.id);
  const [writing, setWriting] = useState<Writing>(() => ({
    ...blank,
    ...(readDraft(storage)?.values.writing as object | undefined),
  }));
  const [files, setFiles] = useState<File[]>([]);
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(writing.text !== '');
  const text = useRef<HTMLTextAreaElement>(null);
  const mentioned = useRef(new Map<string, string>());
  const picker = useRef<HTMLInputElement>(null);

  const draft: Draft | null = writing.text.trim() ? { values: { writing: writing as never }, at: today } : null;
  const forget = useKeptDraft(storage, draft);
  useEffect(() => {
    if (!writing.text) forget();
  }, [writing.text, forget]);

  const change = (part: Partial<Writing>) => setWriting((old) => ({ ...old, ...part }));
  const named = writing.nextChosen ? null : mentionedDate(writing.text, today);
  // A task without a day would be overdue at once.
  const proposed = named ?? (writing.kind === 'task' && !writing.nextChosen ? pickDate('tomorrow', today) : null);
  const next = writing.nextChosen
    ? writing.next
    : proposed
      ? { date: proposed, time: (named && mentionedTime(writing.text)) || usualTime }
      : null;

  const choose = (kind: ActivityKind) => {
    change({ kind });
    setOpen(true);
    text.current?.focus();
  };
  usePageCommands(Object.fromEntries(writtenKinds.map((kind, index) => [String(index + 1), () => choose(kind)])));

  const save = async () => {
    if (!writing.text.trim() || busy) return;
    setBusy(true);
    const key = newKey();
    const attached = files.length ? `\n${t('attached', { names: formatList(files.map(({ name }) => name)) })}` : '';
    const body = bodyOf({ ...writing, text: writing.text.trim() + attached }, next, fixed, me.timeZone);
    enqueue({
      key,
      user: me.id,
      path: '/activities',
      body: { ...body, content: keptMentions(String(body.content), mentioned.current) },
      type: about.type,
      recordId: about.id,
      at: new Date().toISOString(),
    });
    const delivery = await deliver(key);
    if (delivery.state === 'refused') {
      // The words go back into the box they came from, with the reason.
      discard(key);
      toast({ text: delivery.problem.message, kind: 'error' });
      setBusy(false);
      text.current?.focus();
      return;
    }
    forget();
    setWriting({ ...blank, kind: writing.kind });
    setBusy(false);
    if (delivery.state === 'waiting') {
      toast({ text: t('waiting'), kind: 'info' });
      if (files.length) toast({ text: t('filesLater'), kind: 'error' });
      return;
    }
    toast({ text: next ? t('savedWithNext', { date: `${next.date.slice(5)} ${next.time}` }) : t('saved') });
    if (files.length) await upload();
    onSaved(delivery.record);
    text.current?.focus();
  };

  const upload = async () => {
    for (const file of files) {
      const form = new FormData();
      form.append('file', file);
      try {
        await post(`/${about.type}/${about.id}/files`, form);
      } catch (error) {
        toast({ text: t('fileFailed', { name: file.name, reason: sentence(error) }), kind: 'error' });
      }
    }
    setFiles([]);
    void client.invalidateQueries({ queryKey: keys.record(about.type, about.id) });
  };

  return (
    <section
      className="composer"
      aria-label={t('compose')}
      data-open={open || undefined}
      onKeyDown={(event) => {
        if (isComposing(event)) return;
        // Inside the text a bare digit is text; with Alt it changes the kind there too.
        const kind = event.altKey ? writtenKinds[Number(event.code.replace('Digit', '')) - 1] : undefined;
        if (!kind && !(event.key === 'Enter' && hasCommandKey(event))) return;
        event.preventDefault();
        if (kind) choose(kind);
        else void save();
      }}
    >
      <Segmented
        label={t('kindLabel')}
        value={writing.kind as (typeof writtenKinds)[number]}
        options={writtenKinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`), icon: iconOfKind(kind) }))}
        onChange={choose}
      />
      <MentionText
        ref={text}
        label={t('compose')}
        placeholder={t(`placeholder.${writing.kind}`)}
        value={writing.text}
        onFocus={() => setOpen(true)}
        onChange={(words) => change({ text: words })}
        onMention={(name, id) => mentioned.current.set(name, id)}
      />
      {open && (
        <>
          <NextStepPicker
            label={writing.kind === 'task' ? t('next.due') : t('next.label')}
            value={next}
            hint={named ? t('next.fromText') : null}
            onChange={(moment) => change({ next: moment, nextChosen: true })}
          />
          {files.length > 0 && (
            <ul className="composer-files">
              {files.map((file) => (
                <li key={`${file.name}${file.size}`} className="chip chip-grey">
                  <span className="ellipsis">{file.name}</span>
                  <IconButton
                    icon="close"
                    size="small"
                    label={t('removeFile', { name: file.name })}
                    onClick={() => setFiles(files.filter((other) => other !== file))}
                  />
                </li>
              ))}
            </ul>
          )}
          <div className="composer-foot">
            {contacts.length > 0 && (
              <Select
                className="composer-contact"
                label={t('contact')}
                value={writing.contact}
                options={[
                  { value: '', label: t('noContact') },
                  ...contacts.map((contact) => ({ value: contact.id, label: contact.name })),
                ]}
                onChange={(contact) => change({ contact })}
              />
            )}
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              onChange={(event) => {
                setFiles([...files, ...(event.target.files ?? [])]);
                event.target.value = '';
              }}
            />
            <IconButton icon="upload" label={t('attach')} onClick={() => picker.current?.click()} />
            <span className="composer-hint meta">{t('hint', { key: isMac ? '⌘' : 'Ctrl' })}</span>
            <Button kind="primary" busy={busy} disabled={!writing.text.trim()} onClick={() => void save()}>
              {t('save')}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

/** A task is planned for its time; everything else has happened now and may plan the next contact. */
export function bodyOf(
  writing: Pick<Writing, 'kind' | 'text' | 'contact'>,
  next: LocalMoment | null,
  fixed: Values,
  zone: string,
): Values {
  const text = writing.text.trim();
  const moment = next ? toInstant(next, zone).toISOString() : null;
  const body: Values = { ...fixed, kind: writing.kind, subject: subjectOf(text), content: text };
  if (writing.contact) body.contact = writing.contact;
  if (writing.kind === 'task') {
    body.status = 'planned';
    if (moment) body.dueAt = moment;
  } else {
    body.status = 'done';
    if (moment) body.next = { at: moment } as never;
  }
  return body;
}
