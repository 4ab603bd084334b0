import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useSession } from '../api/session';
import { labelOf } from '../language';
import { Icon, iconOf, type IconName } from '../look/icons';
import { isMac } from '../look/keys';
import { Mark } from '../look/Mark';
import { Avatar } from '../look/parts';
import { useAnchor } from '../look/popover';
import { useNouns } from './nouns';
import { NotificationsPanel } from './Notifications';
import { openHelp, openPalette } from './overlays';
import { UserMenu } from './UserMenu';

export const commandKey = isMac ? '⌘K' : 'Ctrl K';

/** The left rail: 56 px of icons, or 208 px with their words. */
export function Rail({ wide }: { wide: boolean }) {
  const { t } = useTranslation();
  const { me, may, prefer } = useSession();
  const nouns = useNouns();
  const bell = useAnchor();
  const user = useAnchor();
  const administers = me.functions.length > 0;
  return (
    <nav className="rail" aria-label={t('shell.navigation')}>
      <NavLink to="/" className="rail-mark" aria-label={t('shell.home')}>
        <Mark size={30} />
        {wide && <span className="ellipsis">{me.company.name || t('product')}</span>}
      </NavLink>
      <RailButton icon="search" label={t('shell.search')} hint={commandKey} onClick={openPalette} />
      <RailLink to="/" end icon="home" label={t('shell.home')} />
      {nouns.map((noun) => (
        <RailLink
          key={noun.type}
          to={noun.type === 'deals' ? '/deals/board' : `/${noun.type}`}
          icon={iconOf(noun.icon ?? noun.singular)}
          label={labelOf(noun.labels, noun.type)}
        />
      ))}
      <div className="rail-space" />
      <RailLink to="/approvals" icon="approval" label={t('shell.approvals')} />
      {(may('imports.run') || nouns.some((noun) => noun.rights.import)) && (
        <RailLink to="/import" icon="import" label={t('shell.import')} />
      )}
      {nouns.some((noun) => noun.type === 'invoices') && (
        <RailLink to="/receivables" icon="receipt" label={t('shell.receivables')} />
      )}
      {nouns.some((noun) => noun.type === 'deals') && (
        <>
          <RailLink to="/forecast" icon="target" label={t('shell.forecast')} />
          <RailLink to="/performance" icon="chart" label={t('shell.performance')} />
        </>
      )}
      {may('value.read') && <RailLink to="/value" icon="value" label={t('shell.value')} />}
      {nouns.some((noun) => noun.type === 'customers') && (
        <>
          <RailLink to="/lifecycle" icon="lifecycle" label={t('shell.lifecycle')} />
          <RailLink to="/quality" icon="quality" label={t('shell.quality')} />
        </>
      )}
      <RailLink to="/pool" icon="pool" label={t('shell.pool')} />
      {may('records.merge') && <RailLink to="/duplicates" icon="merge" label={t('shell.duplicates')} />}
      {administers && <RailLink to="/admin" icon="settings" label={t('shell.admin')} />}
      <RailButton
        icon="bell"
        label={t('shell.notifications')}
        count={me.unread}
        expanded={bell.isOpen}
        onClick={(event) => bell.open(event.currentTarget)}
      />
      <RailButton icon="help" label={t('shell.help')} hint="?" onClick={openHelp} />
      <RailButton
        icon="panel"
        label={wide ? t('shell.narrow') : t('shell.widen')}
        onClick={() => prefer({ rail: wide ? 'narrow' : 'wide' })}
      />
      <button
        type="button"
        className="rail-item rail-user"
        aria-label={me.name}
        aria-haspopup="dialog"
        aria-expanded={user.isOpen}
        onClick={(event) => user.open(event.currentTarget)}
      >
        <Avatar name={me.name} size={28} />
        <span className="rail-word ellipsis">{me.name}</span>
      </button>
      {bell.isOpen && <NotificationsPanel anchor={bell.anchor} onClose={bell.close} />}
      {user.isOpen && <UserMenu anchor={user.anchor} onClose={user.close} />}
    </nav>
  );
}

function RailLink({ to, end, icon, label }: { to: string; end?: boolean; icon: IconName; label: string }) {
  return (
    <NavLink to={to} end={end} className="rail-item" aria-label={label}>
      <Icon name={icon} />
      <span className="rail-word">{label}</span>
    </NavLink>
  );
}

interface RailButtonProps {
  icon: IconName;
  label: string;
  hint?: string;
  count?: number;
  expanded?: boolean;
  onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
}

function RailButton({ icon, label, hint, count = 0, expanded, onClick }: RailButtonProps) {
  return (
    <button
      type="button"
      className="rail-item"
      aria-label={count > 0 ? `${label} ${count}` : label}
      aria-expanded={expanded}
      onClick={onClick}
    >
      <Icon name={icon} />
      {count > 0 && (
        <span className="rail-count" aria-hidden="true">
          {count > 99 ? '99+' : count}
        </span>
      )}
      <span className="rail-word">
        {label}
        {hint && <kbd>{hint}</kbd>}
      </span>
    </button>
  );
}
