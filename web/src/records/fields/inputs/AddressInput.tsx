import { useQuery } from '@tanstack/react-query';
import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { get } from '../../../api/client';
import type { Address } from '../../../api/types';
import type { KindInputProps } from './input';

interface Division {
  code: string;
  name: string;
  leaf?: boolean;
}

const levels = ['province', 'city', 'district'] as const;

/**
 * 省/市/区 from the national list, then street and postcode. Plain selects: the letters of a name find it, and a phone
 * shows its own wheel. The code is kept beside the names, which may change.
 */
export function AddressInput(props: KindInputProps) {
  const { t } = useTranslation('record');
  const { value, onChange, id, label, invalid, describedBy, size, autoFocus } = props;
  const address: Address =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Address) : {};
  const path = address.divisionCode ? pathOf(address.divisionCode) : [];
  const offered = [useDivisions(''), useDivisions(path[0]), useDivisions(path[1])];
  const change = (part: Partial<Address>) => onChange({ ...address, ...part });

  const choose = (level: number, code: string) => {
    const names = levels.map((name, index) => (index < level ? address[name] : null));
    const chosen = offered[level]!.find((division) => division.code === code);
    names[level] = chosen?.name ?? null;
    change({
      divisionCode: chosen?.code ?? path[level - 1] ?? null,
      province: names[0] ?? null,
      city: names[1] ?? null,
      district: names[2] ?? null,
    });
  };

  return (
    <div className="field-input-column" role="group" aria-label={label} aria-describedby={describedBy}>
      <div className="field-address">
        {levels.map((name, level) => {
          const current = offered[level]!.find((division) => division.code === path[level]);
          const kept = address[name] && !current ? address[name] : null;
          return (
            <select
              key={name}
              id={level === 0 ? id : undefined}
              className="text-input"
              autoFocus={autoFocus && level === 0}
              aria-label={`${label} ${t(`field.${name}`)}`}
              aria-invalid={invalid || undefined}
              disabled={level > 0 && offered[level]!.length === 0 && !kept}
              value={current?.code ?? (kept ? '*' : '')}
              onChange={(event) => choose(level, event.target.value)}
            >
              <option value="">{t(`field.${name}`)}</option>
              {kept && <option value="*">{kept}</option>}
              {offered[level]!.map((division) => (
                <option key={division.code} value={division.code}>
                  {division.name}
                </option>
              ))}
            </select>
          );
        })}
      </div>
      <Input
        size={size}
        aria-label={t('field.street', { label })}
        placeholder={t('field.streetPlaceholder')}
        maxLength={200}
        value={address.street ?? ''}
        onChange={(event) => change({ street: event.target.value })}
      />
      <Input
        size={size}
        aria-label={t('field.postcode', { label })}
        placeholder={t('field.postcodePlaceholder')}
        maxLength={12}
        inputMode="numeric"
        value={address.postcode ?? ''}
        onChange={(event) => change({ postcode: event.target.value })}
      />
    </div>
  );
}

/** 110105 → province 110000, city 110100, district 110105; shorter when the code is a province or a city. */
export function pathOf(code: string): string[] {
  const path = [`${code.slice(0, 2)}0000`];
  if (!code.endsWith('0000')) path.push(`${code.slice(0, 4)}00`);
  if (!code.endsWith('00')) path.push(code);
  return path;
}

/** What lies below a division; the provinces for an empty parent, nothing while the parent is not chosen. */
function useDivisions(parent: string | undefined): Division[] {
  const found = useQuery({
    queryKey: ['divisions', parent],
    queryFn: async ({ signal }) => {
      const answer = await get<Division[] | { items: Division[] }>('/divisions', { signal, query: { parent } });
      return Array.isArray(answer) ? answer : answer.items;
    },
    enabled: parent !== undefined,
    staleTime: Infinity,
  });
  return parent === undefined ? [] : (found.data ?? []);
}
