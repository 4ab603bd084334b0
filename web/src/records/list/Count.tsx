import { useTranslation } from 'react-i18next';
import type { Count as CountValue } from '../../api/types';
import { formatDecimal } from '../../look/format';

interface CountProps {
  count: CountValue | null;
  exact: CountValue | null;
  busy: boolean;
  onExact: () => void;
}

/** How many rows: exact up to a thousand, then 1,000+ until somebody asks. */
export function Count({ count, exact, busy, onExact }: CountProps) {
  const { t } = useTranslation();
  const shown = exact ?? count;
  if (!shown) return null;
  if (shown.exact)
    return (
      <span className="meta list-count">
        {t('list.count_exact', { count: shown.value, number: formatDecimal(shown.value) })}
      </span>
    );
  return (
    <button
      type="button"
      className="meta list-count list-count-more"
      title={t('list.countExactly')}
      aria-busy={busy}
      onClick={onExact}
    >
      {t('list.count_more', { number: formatDecimal(shown.value) })}
    </button>
  );
}
