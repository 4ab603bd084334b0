import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import type { RecordType } from '../api/types';
import { formatDecimal, formatShort } from '../look/format';
import { Failure, Skeleton } from '../look/parts';
import { AtRisk } from './AtRisk';
import { Card } from './Card';
import { AliveBars, RfmGrid, WhaleCurve } from './Charts';
import { Plane, Pyramid, useChoice } from './Groups';
import { ModelCard } from './ModelCard';
import { PolicyTable } from './Policies';
import { Transitions } from './Transitions';
import { bestShare, costKinds, type Group, groupsOf, listOf, percent, planes, quadrants, type Report } from './value';

/** The same pyramid and work list over the customers one can see. */
export function Own({ described }: { described: RecordType }) {
  const { t } = useTranslation('value');
  const { may } = useSession();
  const groups = useQuery({
    queryKey: ['value', 'own'],
    queryFn: async ({ signal }) =>
      groupsOf(
        await get('/customers:aggregate', {
          signal,
          query: {
            group: 'value.tier',
            measure:
              'count,sum(value.revenue),sum(value.current),sum(value.model),sum(value.potential),sum(value.atRisk),sum(value.investment)',
            filter: 'value.tier != null',
          },
        }),
      ),
  });
  if (groups.error) return <Failure message={sentence(groups.error)} onRetry={() => void groups.refetch()} />;
  if (!groups.data) return <Skeleton lines={8} />;
  const total = (of: keyof Omit<Group, 'name'>) => groups.data.reduce((sum, group) => sum + group[of], 0);
  return (
    <div className="value-page">
      <p className="meta">{t('own')}</p>
      <Totals
        totals={{
          customers: total('customers'),
          revenue: total('revenue'),
          current: total('current'),
          model: total('model'),
          atRisk: total('atRisk'),
        }}
        months={12}
      />
      <div className="value-columns">
        <Pyramid groups={groups.data} described={described} />
        <AtRisk />
      </div>
      {may('value.read') && <Flows described={described} />}
    </div>
  );
}

/** What the whole base is worth. */
export function Whole({ report, described }: { report: Report; described: RecordType }) {
  const { t } = useTranslation('value');
  const tier = useChoice(described, 'value.tier');
  const best = bestShare(report.whale, 0.2);
  return (
    <div className="value-page">
      <Totals
        totals={{
          revenue: report.totals.revenue,
          historical: report.totals.historical,
          current: report.totals.current,
          model: report.totals.model,
          atRisk: report.totals.atRisk,
        }}
        months={report.horizonMonths}
      />
      <div className="value-columns">
        <Pyramid groups={report.tiers} described={described} report={report} />
        <Plane of="quadrant" names={quadrants} groups={report.quadrants} described={described} />
        <Card title={t('policies.title')} what={t('policies.what')}>
          <PolicyTable name={tier} />
        </Card>
        <AtRisk />
        {report.planes && (
          <>
            <Arithmetic report={report} />
            <Plane of="plane" names={planes} groups={report.planes} described={described} />
          </>
        )}
        <Card title={t('whale.title')} what={t('whale.what')}>
          <WhaleCurve points={report.whale} label={t('whale.title')} />
          {best !== undefined && <p>{t('whale.best', { customers: '20 %', margin: percent(best) })}</p>}
          {report.totals.losing > 0 && (
            <p>
              <Link to={listOf('value.historical < 0', 'value.historical')}>
                {t('whale.losing', { count: report.totals.losing, number: report.totals.losing })}
              </Link>
            </p>
          )}
        </Card>
        <Card title={t('alive.title')} what={t('alive.what')}>
          <AliveBars bars={report.alive} label={t('alive.title')} />
        </Card>
        <Card title={t('rfm.title')} what={t('rfm.what')}>
          <RfmGrid cells={report.rfm} label={t('rfm.title')} name={(number) => t('rfm.customers', { number })} />
        </Card>
        <ModelCard report={report} />
      </div>
      <Flows described={described} />
    </div>
  );
}

function Flows({ described }: { described: RecordType }) {
  return <Transitions name={useChoice(described, 'value.tier')} />;
}

function Totals({ totals, months }: { totals: Record<string, number>; months: number }) {
  const { t } = useTranslation('value');
  return (
    <dl className="value-totals">
      {Object.entries(totals).map(([name, amount]) => (
        <div key={name}>
          <dt>{t(`totals.${name}`, { months })}</dt>
          <dd title={formatDecimal(amount)}>{formatShort(Math.round(amount))}</dd>
        </div>
      ))}
    </dl>
  );
}

/** From income to profit, a line for each thing that takes from it. */
function Arithmetic({ report }: { report: Report }) {
  const { t } = useTranslation('value');
  const { totals } = report;
  const lines = [
    ['revenue', totals.revenue],
    ['goods', -totals.goods],
    ...costKinds.map((kind) => [kind, -totals[kind]] as const),
    ['historical', totals.historical],
  ] as const;
  return (
    <Card
      title={t('arithmetic.title')}
      what={t('arithmetic.what')}
      action={<Link to="/costs">{t('arithmetic.costs')}</Link>}
    >
      <table className="value-arithmetic">
        <tbody>
          {lines.map(([name, amount]) => (
            <tr key={name} className={name === 'historical' ? 'value-sum' : undefined}>
              <th scope="row">{t(`arithmetic.${name}`)}</th>
              <td>{formatDecimal(Math.round(amount))}</td>
              <td>{totals.revenue > 0 ? percent(Math.abs(amount) / totals.revenue) : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {totals.notYetBuyingCustomers > 0 && (
        <p className="meta">
          {t('arithmetic.notYetBuying', {
            count: totals.notYetBuyingCustomers,
            number: formatDecimal(totals.notYetBuyingCustomers),
            amount: formatDecimal(Math.round(totals.notYetBuying)),
          })}
        </p>
      )}
    </Card>
  );
}
