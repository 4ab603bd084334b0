import { Checkbox, InputNumber, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../../../language';
import { type Birthday, formatBirthday, isPossible, lunarDayName, lunarMonthName, parseBirthday } from '../birthday';
import { type KindInputProps } from './input';

type Partly = Omit<Birthday, 'month' | 'day'> & { month: number | null; day: number | null };

const none: Partly = { calendar: 'solar', year: null, month: null, day: null, leapMonth: false };

/** A birthday in the solar or the lunar calendar; the year may stay unknown. */
export function BirthdayInput({ value, onChange, commit, label, id, size, invalid, describedBy }: KindInputProps) {
  const { t } = useTranslation('record');
  const [shown, setShown] = useState<Partly>(() => (typeof value === 'string' ? parseBirthday(value) : null) ?? none);
  const lunar = shown.calendar === 'lunar';
  const language = currentLanguage();
  const days = Array.from({ length: lunar ? 30 : 31 }, (_, index) => index + 1);
  const impossible = shown.month !== null && shown.day !== null && !isPossible(shown as Birthday);

  const change = (part: Partial<Partly>) => {
    const next = { ...shown, ...part };
    if (next.calendar === 'solar') next.leapMonth = false;
    setShown(next);
    if (next.month === null && next.day === null) onChange(null);
    else if (next.month !== null && next.day !== null && isPossible(next as Birthday))
      onChange(formatBirthday(next as Birthday));
  };

  return (
    <div
      className="field-birthday"
      role="group"
      aria-label={label}
      aria-describedby={describedBy}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) commit();
      }}
    >
      <Segmented<'solar' | 'lunar'>
        size={size}
        value={shown.calendar}
        aria-label={t('field.calendar')}
        options={[
          { value: 'solar', label: t('field.solar') },
          { value: 'lunar', label: t('field.lunar') },
        ]}
        onChange={(calendar) => change({ calendar })}
      />
      <InputNumber
        id={id}
        size={size}
        controls={false}
        min={1900}
        max={2100}
        precision={0}
        status={invalid || impossible ? 'error' : ''}
        aria-label={t('field.year')}
        placeholder={t('field.yearOptional')}
        value={shown.year}
        onChange={(year) => change({ year })}
      />
      <Select
        size={size}
        aria-label={t('field.month')}
        placeholder={t('field.month')}
        popupMatchSelectWidth={false}
        allowClear
        value={shown.month ?? undefined}
        options={Array.from({ length: 12 }, (_, index) => ({
          value: index + 1,
          label: lunar ? lunarMonthName(index + 1, language) : t('field.monthName', { month: index + 1 }),
        }))}
        onChange={(month: number | undefined) => change({ month: month ?? null })}
      />
      <Select
        size={size}
        aria-label={t('field.day')}
        placeholder={t('field.day')}
        popupMatchSelectWidth={false}
        allowClear
        value={shown.day ?? undefined}
        options={days.map((day) => ({
          value: day,
          label: lunar && language !== 'en' ? lunarDayName(day) : t('field.dayName', { day }),
        }))}
        onChange={(day: number | undefined) => change({ day: day ?? null })}
      />
      {lunar && (
        <Checkbox checked={shown.leapMonth} onChange={(event) => change({ leapMonth: event.target.checked })}>
          {t('field.leapMonth')}
        </Checkbox>
      )}
      {impossible && (
        <p className="field-hint" role="alert">
          {t('field.noSuchDay')}
        </p>
      )}
    </div>
  );
}
