import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { RecordType } from '../api/types';
import { labelOf } from '../language';
import { formatDecimal, formatShort } from '../look/format';
import { Card } from './Card';
import { type Group, listOf, moversTo, movesOf, percent, type Report } from './value';

/** The words of a choice's values. */
export function useChoice(described: RecordType | undefined, field: string) {
  const choices = described?.fields.find(({ name }) => name === field)?.choices ?? [];
  return (value: string) => labelOf(choices.find((choice) => choice.value === value)?.labels, value);
}

/** The tiers, the best on top, with who rose and who fell. */
export function Pyramid({ groups, described, report }: { groups: Group[]; described: RecordType; report?: Report }) {
  const { t } = useTranslation('value');
  const name = useChoice(described, 'value.tier');
  const customers = Math.max(
    1,
    groups.reduce((sum, group) => sum + group.customers, 0),
  );
  const margin = groups.reduce((sum, group) => sum + group.current, 0);
  return (
    <Card title={t('pyramid.title')} what={t('pyramid.what')}>
      <ol className="value-pyramid">
        {groups.map((group, place) => {
          const moves = report ? movesOf(report, group.name) : null;
          const close = report?.close?.find((one) => one.name === group.name);
          return (
            <li key={group.name}>
              <Link
                to={listOf(`value.tier = "${group.name}"`, '-value.current')}
                style={{ width: `${40 + place * 20}%` }}
                className={`value-tier value-tier-${group.name}`}
              >
                <strong>{name(group.name)}</strong> <span>{formatDecimal(group.customers)}</span>
              </Link>
              <span className="meta">
                {t('pyramid.share', {
                  customers: percent(group.customers / customers),
                  margin: margin > 0 ? percent(group.current / margin) : '–',
                })}
                {moves && (moves.up > 0 || moves.down > 0) && ' '}
                {moves && moves.up > 0 && (
                  <Link className="value-up" to={moversTo(group.name, 'up')}>
                    ▲ {t('pyramid.up', { number: moves.up })}
                  </Link>
                )}
                {moves && moves.up > 0 && moves.down > 0 && ' '}
                {moves && moves.down > 0 && (
                  <Link className="value-down" to={moversTo(group.name, 'down')}>
                    ▼ {t('pyramid.down', { number: moves.down })}
                  </Link>
                )}
                {close && close.customers > 0 && ' · '}
                {close && close.customers > 0 && (
                  <Link to={listOf(`value.tier = "${group.name}" AND value.toNext <= ${close.within}`, 'value.toNext')}>
                    {t('pyramid.close', { number: close.customers })}
                  </Link>
                )}
              </span>
            </li>
          );
        })}
      </ol>
      {report && (
        <p className="meta">
          {report.rulesChanged
            ? t('pyramid.rulesChanged', { period: report.rulesChanged })
            : report.moves.length === 0
              ? t('pyramid.none')
              : report.moves.every(({ from, to }) => from === to)
                ? t('pyramid.still')
                : null}
        </p>
      )}
    </Card>
  );
}

/** Two by two: how many customers lie in each field, and what one usually does about them. */
export function Plane({
  of,
  names,
  groups,
  described,
}: {
  of: 'quadrant' | 'plane';
  names: readonly string[];
  groups: Group[];
  described: RecordType;
}) {
  const { t } = useTranslation('value');
  const name = useChoice(described, `value.${of}`);
  return (
    <Card title={t(`${of}.title`)} what={t(`${of}.what`)}>
      <div className="value-plane">
        {names.map((field) => {
          const group = groups.find((one) => one.name === field);
          return (
            <Link
              key={field}
              to={listOf(`value.${of} = "${field}"`, of === 'plane' ? '-value.investment' : undefined)}
              className={`value-field value-field-${field}`}
            >
              <strong>{name(field).replace(/[（:].*$/, '')}</strong>
              <span>
                {t('quadrant.customers', {
                  count: group?.customers ?? 0,
                  number: formatDecimal(group?.customers ?? 0),
                })}
              </span>
              {of === 'plane' && group && (
                <span className="meta">
                  {t('plane.sums', {
                    investment: formatShort(Math.round(group.investment)),
                    profit: formatShort(Math.round(group.current)),
                  })}
                </span>
              )}
              <span className="meta">{t(`${of}.advice.${field}`)}</span>
            </Link>
          );
        })}
      </div>
    </Card>
  );
}
