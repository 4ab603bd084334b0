import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { keys, useRecordType } from '../api/queries';
import type { AnyRecord, Reference } from '../api/types';
import { labelOf } from '../language';
import { Button, Chip } from '../look/parts';
import { openForm } from '../shell/forms';

interface Person extends AnyRecord {
  contact?: Reference;
  role: string;
  influence?: string;
  attitude?: string;
}

/** Who has a say in the deal: as what, how much, for or against. */
export function DealPeople({ deal }: { deal: AnyRecord }) {
  const { t } = useTranslation('sales');
  const type = useRecordType('deal-contacts').data;
  const people = useQuery({
    queryKey: [...keys.records('deal-contacts'), deal.id],
    queryFn: ({ signal }) =>
      get<{ items: Person[] }>('/deal-contacts', { signal, query: { filter: `deal = "${deal.id}"`, limit: 50 } }),
    enabled: type !== undefined,
  });
  if (!type) return null;
  const chip = (name: string, value?: string) => {
    const choice = type.fields.find((field) => field.name === name)?.choices?.find((one) => one.value === value);
    return choice ? <Chip color={choice.color}>{labelOf(choice.labels, choice.value)}</Chip> : null;
  };
  return (
    <section className="panel" aria-label={t('people.title')}>
      <h2>{t('people.title')}</h2>
      {people.data?.items.map((person) => (
        <p key={person.id} className="deal-line">
          <button type="button" className="link" onClick={() => openForm({ type: 'deal-contacts', id: person.id })}>
            {person.contact?.name}
          </button>
          <span>
            {chip('role', person.role)} {chip('influence', person.influence)} {chip('attitude', person.attitude)}
          </span>
        </p>
      ))}
      {people.data?.items.length === 0 && <p className="meta">{t('people.none')}</p>}
      {type.rights.create && (
        <Button
          icon="plus"
          onClick={() => openForm({ type: 'deal-contacts', initial: { deal: { id: deal.id, name: String(deal.name) } } })}
        >
          {t('people.add')}
        </Button>
      )}
    </section>
  );
}
