import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, patch } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import { Button, Failure, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { tiers } from './value';

const parts = ['responseHours', 'visitDays', 'mostDiscount', 'poolDays'] as const;
type Policies = Record<string, Record<(typeof parts)[number], number | null>>;

/** How each tier is treated; other parts of the program keep to it. */
export function PolicyTable({ name }: { name: (tier: string) => string }) {
  const { t } = useTranslation('value');
  const client = useQueryClient();
  const { may } = useSession();
  const key = ['value', 'policies'];
  const policies = useQuery({ queryKey: key, queryFn: ({ signal }) => get<Policies>('/value/policies', { signal }) });
  const [typed, setTyped] = useState<Record<string, string>>({});
  useEffect(() => setTyped({}), [policies.data]);
  const save = useMutation({
    mutationFn: () => {
      const body: Record<string, Record<string, number | null>> = {};
      for (const [place, text] of Object.entries(typed)) {
        const [tier = '', part = ''] = place.split('.');
        (body[tier] ??= {})[part] = text.trim() === '' ? null : Number(text);
      }
      return patch<Policies>('/value/policies', body);
    },
    onSuccess: (saved) => {
      client.setQueryData(key, saved);
      toast({ text: t('policies.saved') });
    },
  });
  if (policies.error) return <Failure message={sentence(policies.error)} />;
  if (!policies.data) return <Skeleton lines={5} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <fieldset className="value-scroll" disabled={!may('settings.manage')}>
        <table className="value-table">
          <thead>
            <tr>
              <td />
              {parts.map((part) => (
                <th key={part}>{t(`policies.${part}`)}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tiers.map((tier) => (
              <tr key={tier}>
                <th scope="row">{name(tier)}</th>
                {parts.map((part) => (
                  <td key={part}>
                    <TextInput
                      aria-label={`${name(tier)} ${t(`policies.${part}`)}`}
                      inputMode="decimal"
                      value={typed[`${tier}.${part}`] ?? String(policies.data[tier]?.[part] ?? '')}
                      onChange={(event) =>
                        setTyped((before) => ({ ...before, [`${tier}.${part}`]: event.target.value }))
                      }
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </fieldset>
      {save.error && (
        <p role="alert" className="labelled-error">
          {sentence(save.error)}
        </p>
      )}
      {Object.keys(typed).length > 0 && (
        <div className="value-foot">
          <Button kind="primary" type="submit" busy={save.isPending}>
            {t('settings.save')}
          </Button>
        </div>
      )}
    </form>
  );
}
