import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../look/parts';
import { isComposing } from '../look/keys';
import { readDay } from './nextStep';
import { useToday } from './NextStepPicker';
import './activities.css';

interface DayInputProps {
  id?: string;
  /** yyyy-MM-dd or empty. */
  value: string;
  label: string;
  min?: string;
  onChange: (day: string) => void;
}

/** A day typed the way people write it (11-25, 1125, 周三, 3天后) or picked; always shown as yyyy-MM-dd. */
export function DayInput({ id, value, label, min, onChange }: DayInputProps) {
  const { t } = useTranslation('activity');
  const today = useToday();
  const [typed, setTyped] = useState<string | null>(null);
  const native = useRef<HTMLInputElement>(null);
  const unreadable = typed !== null && typed.trim() !== '' && readDay(typed, today) === null;
  const settle = () => {
    if (typed === null || unreadable) return;
    onChange(typed.trim() === '' ? '' : readDay(typed, today)!);
    setTyped(null);
  };
  return (
    <span className="day-input">
      <input
        id={id}
        className="text-input"
        aria-label={label}
        aria-invalid={unreadable || undefined}
        placeholder={t('next.dayHint')}
        autoComplete="off"
        value={typed ?? value}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !isComposing(event)) settle();
        }}
      />
      <IconButton
        icon="activity"
        size="small"
        label={t('next.pick', { label })}
        onClick={() => native.current?.showPicker()}
      />
      <input
        ref={native}
        type="date"
        className="day-input-native"
        tabIndex={-1}
        aria-hidden
        value={value}
        min={min}
        onChange={(event) => {
          setTyped(null);
          onChange(event.target.value);
        }}
      />
    </span>
  );
}

interface HourInputProps {
  value: string;
  label: string;
  onChange: (time: string) => void;
}

/** A time of day, 24 hours: 9, 930 and 9:30 all mean half past nine or nine. */
export function HourInput({ value, label, onChange }: HourInputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const read = typed === null ? value : readHour(typed);
  const settle = () => {
    if (read === null) return;
    onChange(read);
    setTyped(null);
  };
  return (
    <input
      className="text-input hour-input"
      aria-label={label}
      aria-invalid={read === null || undefined}
      inputMode="numeric"
      autoComplete="off"
      value={typed ?? value}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={settle}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !isComposing(event)) settle();
      }}
    />
  );
}

export function readHour(text: string): string | null {
  const match = /^(\d{1,2})(?:[:：.点時时]?(\d{2}))?分?$/.exec(text.trim().replace(/[点時时]$/, ''));
  if (!match) return null;
  const hour = Number(match[1]);
  const minute = Number(match[2] ?? 0);
  return hour > 23 || minute > 59 ? null : `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
