import { useTranslation } from 'react-i18next';
import { formatDecimal } from '../look/format';
import type { ImportResult } from './imports';

/** How far the background is with a file. */
export function Progress({ result }: { result: ImportResult }) {
  const { t } = useTranslation('exchange');
  const known = result.total > 0;
  const share = known ? Math.min(1, result.done / result.total) : undefined;
  return (
    <div className="exchange-progress" role="status">
      <progress value={share} max={1} aria-label={t(`stage.${result.stage ?? 'reading'}`)} />
      <span className="meta">
        {t(`stage.${result.stage ?? 'reading'}`)}
        {known && ` ${formatDecimal(result.done)} / ${formatDecimal(result.total)}`}
      </span>
    </div>
  );
}
