import { useTranslation } from 'react-i18next';
import { NavLink, useNavigate } from 'react-router';
import { useSession } from '../api/session';
import { labelOf } from '../language';
import { Icon, iconOf } from '../look/icons';
import { Menu, type MenuEntry, useAnchor } from '../look/popover';
import { openForm } from './forms';
import { useNouns } from './nouns';
import { NotificationsPanel } from './Notifications';
import { UserMenu } from './UserMenu';

/** The five places of a thumb, at 640 px and below. */
export function BottomBar() {
  const { t } = useTranslation();
  const { me } = useSession();
  const navigate = useNavigate();
  const nouns = useNouns();
  const create = useAnchor();
  const more = useAnchor();
  const bell = useAnchor();
  const user = useAnchor();
  const first = nouns.find((noun) => noun.type === 'customers') ?? nouns[0];
  const second = nouns.find((noun) => noun.type === 'activities') ?? nouns[1];
  const rest = nouns.filter((noun) => noun !== first && noun !== second);
  const creations: MenuEntry[] = nouns
    .filter((noun) => noun.rights.create)
    .map((noun) => ({
      key: noun.type,
      icon: iconOf(noun.icon ?? noun.singular),
      label: t('list.create', { noun: labelOf(noun.singularLabels, noun.singular) }),
      onSelect: () => openForm({ type: noun.type, onSaved: (record) => void navigate(`/${noun.type}/${record.id}`) }),
    }));
  const others: MenuEntry[] = [
    ...rest.map((noun) => ({
      key: noun.type,
      icon: iconOf(noun.icon ?? noun.singular),
      label: labelOf(noun.labels, noun.type),
      onSelect: () => void navigate(`/${noun.type}`),
    })),
    { key: 'line', line: true as const },
    {
      key: 'bell',
      icon: 'bell',
      label: me.unread > 0 ? `${t('shell.notifications')} (${me.unread})` : t('shell.notifications'),
      onSelect: () => more.anchor && bell.open(more.anchor),
    },
    { key: 'approvals', icon: 'approval', label: t('shell.approvals'), onSelect: () => void navigate('/approvals') },
    { key: 'lifecycle', icon: 'lifecycle', label: t('shell.lifecycle'), onSelect: () => void navigate('/lifecycle') },
    { key: 'quality', icon: 'quality', label: t('shell.quality'), onSelect: () => void navigate('/quality') },
    { key: 'import', icon: 'import', label: t('shell.import'), onSelect: () => void navigate('/import') },
    ...(me.functions.length > 0
      ? [{ key: 'admin', icon: 'settings' as const, label: t('shell.admin'), onSelect: () => void navigate('/admin') }]
      : []),
    { key: 'me', icon: 'user', label: me.name, onSelect: () => more.anchor && user.open(more.anchor) },
  ];
  return (
    <nav className="bottom-bar" aria-label={t('shell.navigation')}>
      <NavLink to="/" end>
        <Icon name="home" />
        {t('shell.home')}
      </NavLink>
      {first && (
        <NavLink to={`/${first.type}`}>
          <Icon name={iconOf(first.icon ?? first.singular)} />
          {labelOf(first.labels, first.type)}
        </NavLink>
      )}
      <button
        type="button"
        className="bottom-bar-create"
        aria-haspopup="menu"
        aria-expanded={create.isOpen}
        onClick={(event) => create.open(event.currentTarget)}
      >
        <span>
          <Icon name="plus" />
        </span>
        {t('shell.create')}
      </button>
      {second && (
        <NavLink to={`/${second.type}`}>
          <Icon name={iconOf(second.icon ?? second.singular)} />
          {labelOf(second.labels, second.type)}
        </NavLink>
      )}
      <button
        type="button"
        aria-haspopup="menu"
        aria-expanded={more.isOpen}
        onClick={(event) => more.open(event.currentTarget)}
      >
        <span className="bottom-bar-more">
          <Icon name="menu" />
          {me.unread > 0 && <i aria-hidden="true" />}
        </span>
        {t('shell.more')}
      </button>
      {create.isOpen && (
        <Menu
          anchor={create.anchor}
          label={t('shell.create')}
          items={creations}
          onClose={create.close}
          side="above"
          width={220}
        />
      )}
      {more.isOpen && (
        <Menu
          anchor={more.anchor}
          label={t('shell.more')}
          items={others}
          onClose={more.close}
          side="above"
          align="end"
          width={220}
        />
      )}
      {bell.isOpen && <NotificationsPanel anchor={bell.anchor} onClose={bell.close} />}
      {user.isOpen && <UserMenu anchor={user.anchor} onClose={user.close} />}
    </nav>
  );
}
