import { useQueryClient } from '@tanstack/react-query';
import { Cascader, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../../api/client';
import type { Address } from '../../../api/types';
import { type KindInputProps } from './input';

interface Division {
  code: string;
  name: string;
  leaf?: boolean;
  isLeaf?: boolean;
  children?: Division[];
}

/** 省/市/区 from the national list, then street and postcode. The code is kept beside the names, which may change. */
export function AddressInput(props: KindInputProps) {
  const { t } = useTranslation('record');
  const { value, onChange, id, label, invalid, describedBy, size, autoFocus } = props;
  const address: Address =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Address) : {};
  const [divisions, load] = useDivisions();
  const names = [address.province, address.city, address.district].filter(Boolean) as string[];
  const change = (part: Partial<Address>) => onChange({ ...address, ...part });

  return (
    <div className="field-input-column" role="group" aria-label={label} aria-describedby={describedBy}>
      <Cascader<Division>
        id={id}
        size={size}
        autoFocus={autoFocus}
        status={invalid ? 'error' : ''}
        className="field-input-wide"
        aria-label={t('field.division', { label })}
        placeholder={t('field.divisionPlaceholder')}
        fieldNames={{ label: 'name', value: 'code' }}
        options={divisions}
        changeOnSelect
        value={address.divisionCode ? pathOf(address.divisionCode) : names}
        displayRender={(labels) => (names.length ? names : labels).filter(distinct).join(' / ')}
        loadData={(path) => void load(path.at(-1)!)}
        onChange={(_, path) => {
          const chosen = (path ?? []) as Division[];
          change({
            divisionCode: chosen.at(-1)?.code ?? null,
            province: chosen[0]?.name ?? null,
            city: chosen[1]?.name ?? null,
            district: chosen[2]?.name ?? null,
          });
        }}
      />
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

const distinct = (name: string, index: number, all: string[]) => all.indexOf(name) === index;

function useDivisions(): [Division[], (parent: Division) => Promise<void>] {
  const client = useQueryClient();
  const [roots, setRoots] = useState<Division[]>([]);

  useEffect(() => {
    let gone = false;
    void children(client, null).then((found) => !gone && setRoots(found));
    return () => {
      gone = true;
    };
  }, [client]);

  const load = async (parent: Division) => {
    const found = await children(client, parent.code);
    setRoots((old) => withChildren(old, parent.code, found));
  };
  return [roots, load];
}

async function children(client: ReturnType<typeof useQueryClient>, parent: string | null): Promise<Division[]> {
  const found = await client.fetchQuery({
    queryKey: ['divisions', parent],
    queryFn: () => get<Division[] | { items: Division[] }>('/divisions', { query: { parent } }),
    staleTime: Infinity,
  });
  return (Array.isArray(found) ? found : found.items).map(({ code, name, leaf }) => ({
    code,
    name,
    isLeaf: leaf ?? false,
  }));
}

function withChildren(divisions: Division[], code: string, found: Division[]): Division[] {
  return divisions.map((division) =>
    division.code === code
      ? { ...division, children: found, isLeaf: found.length === 0 }
      : division.children
        ? { ...division, children: withChildren(division.children, code, found) }
        : division,
  );
}
