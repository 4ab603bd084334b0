import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/queries';
import { IconButton } from '../look/parts';
import { type LocalMoment, localMoment, pickDate, quickPicks, weekday } from './nextStep';
import { DayInput, HourInput } from './DayInput';
import { useNow } from './useNow';
import './activities.css';

interface NextStepPickerProps {
  value: LocalMoment | null;
  onChange: (value: LocalMoment | null) => void;
  label: string;
  /** Said beside the date when the text itself named it. */
  hint?: string | null;
}

export const usualTime = '09:00';

/** 明天 / 3 天 / 下周一 in one click, any day and time by keyboard. */
export function NextStepPicker({ value, onChange, label, hint }: NextStepPickerProps) {
  const { t } = useTranslation('activity');
  const id = useId();
  const today = useToday();
  return (
    <div className="next-step" role="group" aria-label={label}>
      <span className="meta" id={id}>
        {label}
      </span>
      {quickPicks.map((pick) => {
        const date = pickDate(pick, today);
        return (
          <button
            key={pick}
            type="button"
            className="next-step-pick"
            aria-pressed={value?.date === date}
            title={date}
            onClick={() => onChange(value?.date === date ? null : { date, time: value?.time ?? usualTime })}
          >
            {t(`pick.${pick}`)}
          </button>
        );
      })}
      <DayInput
        label={t('next.date')}
        value={value?.date ?? ''}
        min={today}
        onChange={(date) => onChange(date ? { date, time: value?.time ?? usualTime } : null)}
      />
      {value && (
        <>
          <HourInput
            label={t('next.time')}
            value={value.time}
            onChange={(time) => onChange({ date: value.date, time })}
          />
          <span className="meta">{hint ?? t(`weekday.${weekday(value.date)}`)}</span>
          <IconButton icon="close" size="small" label={t('next.none')} onClick={() => onChange(null)} />
        </>
      )}
    </div>
  );
}

/** Today's date where the user is. */
export function useToday(): string {
  const zone = useMe().data?.timeZone ?? 'Asia/Shanghai';
  return localMoment(useNow(), zone).date;
}
