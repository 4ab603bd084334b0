import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatDate, formatMoney, formatRelative } from '../look/format';
import { Avatar, IconButton } from '../look/parts';
import { attention, type Card, type Column, daysIn, isPast, isStalled } from './board';

interface DealCardProps {
  card: Card;
  column: Column;
  now: number;
  onStep: (by: -1 | 1) => void;
  onClose: (outcome: 'won' | 'lost') => void;
}

/** A deal on the board. Its dot says when the next activity is; it turns red by the days in its stage alone. */
export function DealCard({ card, column, now, onStep, onClose }: DealCardProps) {
  const { t } = useTranslation('sales');
  const dot = attention(card, now);
  const past = isPast(card, formatDate(now));
  const stalled = isStalled(card, column.expectedDays, now);
  return (
    <article
      className={`deal-card ${stalled ? 'deal-stalled' : ''}`}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData('text/plain', card.id);
        event.dataTransfer.effectAllowed = 'move';
      }}
    >
      <Link
        to={`/deals/${card.id}`}
        className="deal-name"
        draggable={false}
        aria-keyshortcuts="ArrowLeft ArrowRight"
        onKeyDown={(event) => {
          if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
          event.preventDefault();
          onStep(event.key === 'ArrowRight' ? 1 : -1);
        }}
      >
        <span className="ellipsis">{card.name}</span>
      </Link>
      <p className="meta ellipsis">{card.customer?.name}</p>
      <p className="deal-amount">
        <span>{card.amount ? formatMoney(card.amount) : <span className="meta">{t('card.noAmount')}</span>}</span>
        <span className="meta">{card.probability ?? 0}%</span>
      </p>
      <footer className="meta">
        <span
          className={`deal-dot deal-dot-${dot}`}
          role="img"
          aria-label={t(`card.next.${dot}`)}
          title={
            card.nextActivityAt
              ? `${t(`card.next.${dot}`)} · ${formatRelative(card.nextActivityAt)}`
              : t('card.next.none')
          }
        />
        <span className={past ? 'ellipsis deal-past' : 'ellipsis'}>
          {card.expectedClose
            ? t(past ? 'card.closePast' : 'card.close', { day: formatDate(card.expectedClose) })
            : t('card.noClose')}
        </span>
        <span className={stalled ? 'deal-days deal-days-late' : 'deal-days'} title={t('card.inStage')}>
          {t('card.days', { count: daysIn(card, now) })}
        </span>
        {card.owner?.name && <Avatar name={card.owner.name} size={20} />}
      </footer>
      <div className="deal-actions">
        <IconButton size="small" icon="left" label={t('card.back')} onClick={() => onStep(-1)} />
        <IconButton size="small" icon="check" label={t('card.win')} onClick={() => onClose('won')} />
        <IconButton size="small" icon="close" label={t('card.lose')} onClick={() => onClose('lost')} />
        <IconButton size="small" icon="right" label={t('card.forward')} onClick={() => onStep(1)} />
      </div>
    </article>
  );
}
