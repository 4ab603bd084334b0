import { type KeyboardEvent, type Ref, useId, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isComposing } from '../look/keys';
import { useHits, useSettled } from '../records/fields/hits';
import './activities.css';

interface MentionTextProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
  placeholder: string;
  onKeyDown?: (event: KeyboardEvent<HTMLTextAreaElement>) => void;
  onFocus?: () => void;
  /** A colleague was chosen. */
  onMention?: (name: string, id: string) => void;
  ref?: Ref<HTMLTextAreaElement>;
}

/** A text in which `@` and some letters of a colleague's name offer the colleagues, by name or pinyin. */
export function MentionText({ value, onChange, label, placeholder, onKeyDown, onFocus, onMention, ref }: MentionTextProps) {
  const { t } = useTranslation('activity');
  const list = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [asked, setAsked] = useState<{ from: number; text: string } | null>(null);
  const [at, setAt] = useState(0);
  const hits = useHits('users', useSettled(asked?.text ?? ''), asked !== null);
  const offered = asked ? (hits.data ?? []).slice(0, 6) : [];
  useImperativeHandle(ref, () => area.current!);

  const look = (element: HTMLTextAreaElement) => {
    const before = element.value.slice(0, element.selectionStart);
    const match = /(?:^|[\s，。,.;；、(（])[@＠]([^\s@＠]{0,12})$/.exec(before);
    setAsked(match ? { from: before.length - match[1]!.length, text: match[1]! } : null);
    setAt(0);
  };

  const take = ({ id, name }: { id: string; name: string }) => {
    if (!asked || !area.current) return;
    onMention?.(name, id);
    const end = asked.from + asked.text.length;
    const next = `${value.slice(0, asked.from)}${name} ${value.slice(end)}`;
    onChange(next);
    setAsked(null);
    const caret = asked.from + name.length + 1;
    requestAnimationFrame(() => area.current?.setSelectionRange(caret, caret));
    area.current.focus();
  };

  return (
    <div className="mention">
      <textarea
        ref={area}
        className="composer-text"
        aria-label={label}
        placeholder={placeholder}
        rows={Math.min(10, Math.max(2, value.split('\n').length + Math.floor(value.length / 60)))}
        value={value}
        role="combobox"
        aria-expanded={offered.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={offered.length > 0 ? `${list}-${at}` : undefined}
        maxLength={20_000}
        onFocus={onFocus}
        onBlur={() => setTimeout(() => setAsked(null), 150)}
        onChange={(event) => {
          onChange(event.target.value);
          look(event.target);
        }}
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (offered.length > 0 && !event.ctrlKey && !event.metaKey) {
            const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
            if (step) {
              event.preventDefault();
              setAt((at + step + offered.length) % offered.length);
              return;
            }
            if (event.key === 'Enter' || event.key === 'Tab') {
              event.preventDefault();
              take(offered[at]!);
              return;
            }
            if (event.key === 'Escape') {
              event.stopPropagation();
              setAsked(null);
              return;
            }
          }
          onKeyDown?.(event);
        }}
      />
      {offered.length > 0 && (
        <ul className="mention-list" role="listbox" id={list} aria-label={t('colleagues')}>
          {offered.map((hit, index) => (
            <li
              key={hit.id}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === at}
              onPointerDown={(event) => {
                event.preventDefault();
                take(hit);
              }}
            >
              {hit.name}
              {hit.hint && <span className="meta"> {hit.hint}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
