import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Count, Field, RecordType } from '../../api/types';
import { formatDecimal } from '../../look/format';
import { Button } from '../../look/parts';
import { Sums } from './GroupLine';
import { summed, useTotals } from './groups';

interface FooterProps {
  description: RecordType;
  columns: readonly Field[];
  filter: string;
  q: string;
  count: Count | null;
}

/** What the whole list adds up to. Up to a thousand rows it is simply there; more cost the server a walk, so one asks. */
export function Footer({ description, columns, filter, q, count }: FooterProps) {
  const { t } = useTranslation();
  const question = `${filter}\n${q}`;
  const [asked, setAsked] = useState<string | null>(null);
  const wanted = count?.exact === true || asked === question;
  const totals = useTotals(description, columns, filter, q, wanted);
  if (summed(columns).length === 0) return null;
  return (
    <div className="list-footer" role="status" aria-label={t('list.totals')}>
      {wanted && totals.data ? (
        <>
          <span className="meta">{t('list.totalsOf', { number: formatDecimal(totals.data.count) })}</span>
          <Sums columns={columns} totals={totals.data} />
        </>
      ) : wanted ? (
        <span className="meta">{t('list.adding')}</span>
      ) : (
        <Button kind="ghost" onClick={() => setAsked(question)}>
          {t('list.addUp')}
        </Button>
      )}
    </div>
  );
}
