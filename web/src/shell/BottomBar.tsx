import { useTranslation } from 'react-i18next';
import { Link, NavLink, useLocation, useNavigate } from 'react-router';
import { useSession } from '../api/session';
import { labelOf } from '../language';
import { Icon, iconOf } from '../look/icons';
import { Menu, type MenuEntry, useAnchor } from '../look/popover';
import { Dialog } from '../look/Dialog';
import { openForm } from './forms';
import { useNouns } from './nouns';
import { NotificationsPanel } from './Notifications';
import { openPalette } from './overlays';
import { placeAt, usePlaces } from './places';
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
  const creations: MenuEntry[] = nouns
    .filter((noun) => noun.rights.create)
    .map((noun) => ({
      key: noun.type,
      icon: iconOf(noun.icon ?? noun.singular),
      label: t('list.create', { noun: labelOf(noun.singularLabels, noun.singular) }),
      onSelect: () => openForm({ type: noun.type, onSaved: (record) => void navigate(`/${noun.type}/${record.id}`) }),
    }));
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
        aria-haspopup="dialog"
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
        <Places
          onClose={more.close}
          onBell={() => more.anchor && bell.open(more.anchor)}
          onMe={() => more.anchor && user.open(more.anchor)}
        />
      )}
      {bell.isOpen && <NotificationsPanel anchor={bell.anchor} onClose={bell.close} />}
      {user.isOpen && <UserMenu anchor={user.anchor} onClose={user.close} />}
    </nav>
  );
}

/** The menu of the left side as a sheet of pictures with words. */
function Places({ onClose, onBell, onMe }: { onClose: () => void; onBell: () => void; onMe: () => void }) {
  const { t } = useTranslation();
  const { me } = useSession();
  const groups = usePlaces();
  const at = placeAt(useLocation().pathname, groups)?.place;
  const then = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <Dialog title={t('shell.more')} onClose={onClose}>
      <div className="places">
        <section>
          <div>
            <button type="button" onClick={then(onBell)}>
              <Icon name="bell" />
              {me.unread > 0 ? `${t('shell.notifications')} ${me.unread}` : t('shell.notifications')}
            </button>
            <button type="button" onClick={then(onMe)}>
              <Icon name="user" />
              {me.name}
            </button>
            <button type="button" onClick={then(openPalette)}>
              <Icon name="search" />
              {t('shell.search')}
            </button>
          </div>
        </section>
        {groups.map((group) => (
          <section key={group.key} aria-label={group.label}>
            <h3>{group.label}</h3>
            <div>
              {group.places.map((place) => (
                <Link key={place.key} to={place.to} className={place.key === at ? 'active' : ''} onClick={onClose}>
                  <Icon name={place.icon} />
                  {place.label}
                </Link>
              ))}
            </div>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
