import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, useLocation, useNavigate } from 'react-router';
import { useSession } from '../api/session';
import { Icon, type IconName } from '../look/icons';
import { isMac } from '../look/keys';
import { Mark } from '../look/Mark';
import { Avatar } from '../look/parts';
import { Menu, useAnchor } from '../look/popover';
import { NotificationsPanel } from './Notifications';
import { openHelp, openPalette } from './overlays';
import { type PlaceGroup, placeAt, usePlaces } from './places';
import { UserMenu } from './UserMenu';

export const commandKey = isMac ? '⌘K' : 'Ctrl K';

/** Groups that stand open until somebody closes them; the rest opens when one is in it or asks. */
const openAtFirst = new Set(['today', 'customers', 'sales']);

/** The menu on the left: 208 px with words in groups that fold, or 56 px with one icon a group. */
export function Rail({ wide }: { wide: boolean }) {
  const { t } = useTranslation();
  const { me, prefer } = useSession();
  const groups = usePlaces();
  const here = placeAt(useLocation().pathname, groups);
  const list = useRef<HTMLDivElement>(null);
  const bell = useAnchor();
  const user = useAnchor();
  // Where one is shows itself, also when it lies below what fits.
  // Braces, as newer browsers answer scrolling with a promise, which is no way to clean up after an effect.
  useEffect(() => {
    list.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
  }, [here?.place, wide]);
  const kept = me.preferences.menuGroups;
  const isOpen = (key: string) => kept?.[key] ?? (openAtFirst.has(key) || here?.group === key);
  const fold = (key: string, open: boolean) => prefer({ menuGroups: { ...kept, [key]: open } });

  /** Up and down go through what is shown, left and right fold and unfold, as in a tree. */
  const pressed = (event: React.KeyboardEvent) => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('.rail-item, .rail-group-head') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const head = items[at]!.closest('.rail-group')?.querySelector<HTMLElement>('.rail-group-head');
    const open = head?.getAttribute('aria-expanded') === 'true';
    if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
    else if (event.key === 'ArrowUp') items[(at - 1 + items.length) % items.length]?.focus();
    else if (event.key === 'Home') items[0]?.focus();
    else if (event.key === 'End') items.at(-1)?.focus();
    else if (event.key === 'ArrowLeft' && head && open) {
      head.focus();
      head.click();
    } else if (event.key === 'ArrowRight' && head && items[at] === head && !open) head.click();
    else return;
    event.preventDefault();
  };

  return (
    <nav className="rail" aria-label={t('shell.navigation')}>
      <NavLink to="/" className="rail-mark" aria-label={t('shell.home')} tabIndex={-1}>
        <Mark size={30} />
        {wide && <span className="ellipsis">{me.company.name || t('product')}</span>}
      </NavLink>
      <RailButton icon="search" label={t('shell.search')} hint={commandKey} onClick={openPalette} />
      <div className="rail-groups" ref={list} role="presentation" onKeyDown={pressed}>
        <RailLink to="/" end icon="home" label={t('shell.home')} />
        {groups.map((group) =>
          wide ? (
            <Group
              key={group.key}
              group={group}
              at={here?.place}
              open={isOpen(group.key)}
              onFold={(open) => fold(group.key, open)}
            />
          ) : (
            <GroupIcon key={group.key} group={group} at={here?.group === group.key ? here.place : undefined} />
          ),
        )}
      </div>
      <div className="rail-foot">
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
      </div>
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

interface GroupProps {
  group: PlaceGroup;
  at: string | undefined;
  open: boolean;
  onFold: (open: boolean) => void;
}

function Group({ group, at, open, onFold }: GroupProps) {
  const id = `rail-${group.key}`;
  return (
    <section className="rail-group">
      <button
        type="button"
        className="rail-group-head"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => onFold(!open)}
      >
        {group.label}
        {/* What is folded away still says that one is in it. */}
        {!open && group.places.some((place) => place.key === at) && <i aria-hidden="true" />}
        <Icon name={open ? 'down' : 'right'} size={16} />
      </button>
      <div id={id} hidden={!open}>
        {open &&
          group.places.map(({ key, to, icon, label }) => (
            <RailLink key={key} to={to} icon={icon} label={label} active={key === at} />
          ))}
      </div>
    </section>
  );
}

/** A group in 56 px: its picture, and beside it on demand what it holds. */
function GroupIcon({ group, at }: { group: PlaceGroup; at: string | undefined }) {
  const navigate = useNavigate();
  const menu = useAnchor();
  const items = useMemo(
    () => [
      { key: 'title', heading: group.label },
      ...group.places.map(({ key, icon, label, to }) => ({
        key,
        icon,
        label,
        checked: key === at || undefined,
        onSelect: () => void navigate(to),
      })),
    ],
    [group, at, navigate],
  );
  return (
    <>
      <button
        type="button"
        className={`rail-item ${at ? 'active' : ''}`}
        aria-label={group.label}
        aria-haspopup="menu"
        aria-expanded={menu.isOpen}
        onClick={(event) => menu.open(event.currentTarget)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowRight') return;
          event.preventDefault();
          menu.open(event.currentTarget);
        }}
      >
        <Icon name={group.icon} />
        <span className="rail-word">{group.label}</span>
      </button>
      {menu.isOpen && (
        <Menu anchor={menu.anchor} label={group.label} items={items} onClose={menu.close} side="right" width={200} />
      )}
    </>
  );
}

function RailLink(props: { to: string; end?: boolean; icon: IconName; label: string; active?: boolean }) {
  const { to, end, icon, label, active } = props;
  return (
    <NavLink
      to={to}
      end={end}
      className={({ isActive }) => `rail-item ${(active ?? isActive) ? 'active' : ''}`}
      aria-current={(active ?? undefined) ? 'page' : undefined}
      aria-label={label}
    >
      <Icon name={icon} />
      <span className="rail-word">
        <span className="ellipsis">{label}</span>
      </span>
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
