import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRecordTypes } from '../api/queries';
import { labelOf } from '../language';
import { formatDecimal, formatRelative } from '../look/format';
import { useImports } from './imports';

/** What was imported before, each with its way back. */
export function PastImports() {
  const { t } = useTranslation('exchange');
  const imports = useImports();
  const types = useRecordTypes().data ?? [];
  if (!imports.data || imports.data.length === 0) return null;
  return (
    <section className="panel" aria-label={t('past.title')}>
      <h2>{t('past.title')}</h2>
      <div className="exchange-table">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('past.file')}</th>
              <th scope="col">{t('past.type')}</th>
              <th scope="col">{t('past.when')}</th>
              <th scope="col">{t('past.who')}</th>
              <th scope="col" className="number">
                {t('counts.created')}
              </th>
              <th scope="col" className="number">
                {t('counts.updated')}
              </th>
              <th scope="col" className="number">
                {t('counts.rejected')}
              </th>
              <th scope="col">{t('past.state')}</th>
            </tr>
          </thead>
          <tbody>
            {imports.data.map((one) => (
              <tr key={one.batch}>
                <td>
                  <Link to={`/import/${one.batch}`}>{one.fileName ?? one.batch.slice(0, 8)}</Link>
                </td>
                <td>{labelOf(types.find(({ type }) => type === one.type)?.labels, one.type ?? '')}</td>
                <td>{formatRelative(one.startedAt)}</td>
                <td>{one.user?.name}</td>
                <td className="number">{formatDecimal(one.created + one.besideCreated)}</td>
                <td className="number">{formatDecimal(one.updated + one.besideUpdated)}</td>
                <td className="number">{formatDecimal(one.rejected)}</td>
                <td>{t(`state.${one.state}`, { defaultValue: one.state })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
