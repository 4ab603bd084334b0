import { Input, InputNumber, Rate, Select, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Money } from '../../../api/types';
import { useMe } from '../../../api/queries';
import { currencies, groupAmount, parseAmount } from '../money';
import { inputAttributes, type KindInputProps } from './input';
import { onLineKey } from './TextInputs';

export function NumberInput(props: KindInputProps) {
  const { field, value, onChange, commit, cancel } = props;
  return (
    <InputNumber
      {...inputAttributes(props as KindInputProps<never>)}
      className="field-input-wide"
      controls={false}
      stringMode={field.kind === 'number'}
      precision={field.kind === 'integer' ? 0 : undefined}
      value={value === null || value === undefined ? null : Number(value)}
      onChange={(next) => onChange(next === null ? null : Number(next))}
      onKeyDown={(event) => onLineKey(event, commit, cancel)}
      onBlur={commit}
    />
  );
}

/** Takes amounts as people write them (12万, 3,500.5) and stores the exact decimal. */
export function MoneyInput(props: KindInputProps) {
  const { t } = useTranslation('record');
  const { value, onChange, commit, cancel, label } = props;
  const money = isMoney(value) ? value : null;
  const home = useMe().data?.company.currency ?? 'CNY';
  const currency = money?.currency ?? home;
  const [typed, setTyped] = useState<string | null>(null);
  const unreadable = typed !== null && typed.trim() !== '' && parseAmount(typed) === null;
  const offered = currencies.includes(currency) ? currencies : [currency, ...currencies];

  return (
    <div>
      <Space.Compact block>
        <Select
          value={currency}
          size={props.size}
          aria-label={t('field.currency', { label })}
          options={offered.map((code) => ({ value: code, label: code }))}
          popupMatchSelectWidth={false}
          onChange={(code) => onChange(money ? { ...money, currency: code } : null)}
          disabled={!money}
        />
        <Input
          {...inputAttributes(props as KindInputProps<never>)}
          className="field-input-money number"
          inputMode="decimal"
          autoComplete="off"
          status={unreadable || props.invalid ? 'error' : ''}
          value={typed ?? (money ? groupAmount(money.amount, money.currency) : '')}
          onFocus={(event) => event.target.select()}
          onChange={(event) => {
            setTyped(event.target.value);
            const amount = parseAmount(event.target.value);
            if (amount !== null) onChange({ amount, currency });
            else if (event.target.value.trim() === '') onChange(null);
          }}
          onKeyDown={(event) => onLineKey(event, commit, cancel)}
          onBlur={() => {
            if (unreadable) return;
            setTyped(null);
            commit();
          }}
        />
      </Space.Compact>
      {unreadable && (
        <p className="field-hint" role="alert">
          {t('field.noAmount')}
        </p>
      )}
    </div>
  );
}

export function RatingInput({ value, onChange, commit, label, id }: KindInputProps) {
  return (
    <span id={id} role="group" aria-label={label}>
      <Rate
        value={Number(value ?? 0)}
        onChange={(stars) => {
          onChange(stars || null);
          commit();
        }}
      />
    </span>
  );
}

function isMoney(value: unknown): value is Money {
  return typeof value === 'object' && value !== null && 'amount' in value;
}
