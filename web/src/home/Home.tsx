import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { ActivityLine } from '../activities/ActivityLine';
import { sentence } from '../api/problem';
import { keys, useHome, useList } from '../api/queries';
import { useSession } from '../api/session';
import type { AnyRecord, Home as HomeData } from '../api/types';
import { currentLanguage } from '../language';
import { formatDate, formatRelative, isReference } from '../look/format';
import { Icon, iconOf, type IconName } from '../look/icons';
import { Button, Empty, Failure, Skeleton } from '../look/parts';
import { birthdayText } from '../records/fields/birthday';
import { openForm, preloadForm } from '../shell/forms';
import { useNouns } from '../shell/nouns';
import { usePageCommands } from '../shell/overlays';
import { PageBar } from '../shell/PageBar';
import { rowsOf, useRowKeys } from './rowKeys';
import { linkOf } from './figures';
import './home.css';

/** Today's work: what is late, what is due, who has a birthday, whom nobody called. */
export default function Home() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { data, error, refetch } = useHome();
  const client = useQueryClient();
  const page = useRef<HTMLDivElement>(null);
  useRowKeys(page);
  useEffect(() => {
    const timer = setTimeout(preloadForm, 2500);
    return () => clearTimeout(timer);
  }, []);
  usePageCommands({ c: () => openForm({ type: 'activities', onSaved: () => changed() }) });

  const changed = () => {
    void client.invalidateQueries({ queryKey: keys.lists('activities') });
    // The line stays for a moment with what was done to it, so that the hand does not hit its neighbour.
    setTimeout(() => void client.invalidateQueries({ queryKey: keys.home }), 1200);
  };

  return (
    <>
      <PageBar
        title={t('home.title')}
        aside={
          <span className="meta home-date">{t('home.greeting', { name: me.name, date: formatDate(new Date()) })}</span>
        }
        actions={
          <Button kind="primary" icon="plus" onClick={() => openForm({ type: 'activities', onSaved: changed })}>
            {t('home.write')}
          </Button>
        }
      />
      {error && !data ? (
        <Failure message={sentence(error)} onRetry={() => void refetch()} />
      ) : !data ? (
        <Skeleton lines={10} />
      ) : (
        <div className="home" ref={page}>
          <Figures home={data} />
          <div className="home-columns">
            <div className="home-main">
              {data.overdue.length === 0 && data.today.length === 0 && (looksNew(data) ? <Start /> : <AllDone />)}
              <Activities
                kind="overdue"
                items={data.overdue}
                total={data.counts.overdue ?? 0}
                to={linkOf(data, 'overdue')}
                onChanged={changed}
              />
              <Activities
                kind="today"
                items={data.today}
                total={data.counts.today ?? 0}
                to={linkOf(data, 'today')}
                onChanged={changed}
              />
            </div>
            <div className="home-side">
              <Week week={data.week} />
              <Birthdays home={data} kind="birthdays" />
              <Birthdays home={data} kind="contactBirthdays" />
              <Untouched kind="visitsDue" items={data.visitsDue ?? []} home={data} />
              <Untouched kind="untouched" items={data.untouched} home={data} />
              <RecentRecords items={data.recent} />
            </div>
          </div>
        </div>
      )}
    </>
  );
}

/** Somebody without own work may still be in a house full of customers. */
function Start() {
  const customers = useList('customers', { fields: ['name'] });
  if (!customers.data) return null;
  return customers.data.pages[0]?.items.length === 0 ? <FirstSteps /> : <AllDone />;
}

/** Nothing was ever done here: then there is nothing to be done with, only something to begin. */
const looksNew = (home: HomeData) =>
  home.recent.length === 0 && home.week.new === 0 && Object.values(home.counts).every((count) => count === 0);

function FirstSteps() {
  const { t } = useTranslation();
  const { may } = useSession();
  const navigate = useNavigate();
  const customers = useNouns().find((noun) => noun.type === 'customers');
  return (
    <section className="home-section">
      <Empty
        icon="customer"
        title={t('home.first')}
        action={
          <>
            {customers?.rights.import && (
              <Button icon="import" onClick={() => void navigate('/import?type=customers')}>
                {t('home.firstImport')}
              </Button>
            )}
            {customers?.rights.create && (
              <Button
                icon="plus"
                onClick={() =>
                  openForm({ type: 'customers', onSaved: (record) => void navigate(`/customers/${record.id}`) })
                }
              >
                {t('home.firstCreate')}
              </Button>
            )}
            {may('users.manage') && (
              <Button icon="team" onClick={() => void navigate('/admin/users')}>
                {t('home.firstInvite')}
              </Button>
            )}
          </>
        }
      >
        {t('home.firstHelp')}
      </Empty>
    </section>
  );
}

function AllDone() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <section className="home-section">
      <Empty
        icon="check"
        title={t('home.clear')}
        action={<Button onClick={() => void navigate('/customers?view=mine')}>{t('home.clearAction')}</Button>}
      >
        {t('home.clearHelp')}
      </Empty>
    </section>
  );
}

const figureNames = ['overdue', 'today', 'upcoming', 'birthdays', 'contactBirthdays', 'untouched'] as const;

/** A side list shows the nearest few; its heading leads to all of them. */
const fewest = 6;

function Figures({ home }: { home: HomeData }) {
  const { t } = useTranslation();
  return (
    <ul className="home-figures">
      {figureNames.map((name) => (
        <li key={name}>
          <Link to={linkOf(home, name)} title={t(`home.${name}`)}>
            <span className="meta">{t(name === 'untouched' ? 'home.untouchedShort' : `home.${name}`)}</span>
            <strong className={name === 'overdue' && home.counts.overdue ? 'home-late' : ''}>
              {home.counts[name] ?? 0}
            </strong>
          </Link>
        </li>
      ))}
    </ul>
  );
}

interface SectionProps {
  title: string;
  icon: IconName;
  total?: number;
  to?: string;
  late?: boolean;
  children: ReactNode;
}

function Section({ title, icon, total, to, late, children }: SectionProps) {
  const { t } = useTranslation();
  return (
    <section className="home-section" aria-label={title}>
      <header className={late ? 'home-late' : ''}>
        <Icon name={icon} size={18} />
        <h2>{title}</h2>
        {to && total !== undefined && (
          <Link to={to} aria-label={t('home.allOf', { title, count: total })}>
            {t('home.all', { count: total })}
          </Link>
        )}
      </header>
      {children}
    </section>
  );
}

interface ActivitiesProps {
  kind: 'overdue' | 'today';
  items: AnyRecord[];
  total: number;
  to: string;
  onChanged: () => void;
}

function Activities({ kind, items, total, to, onChanged }: ActivitiesProps) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <Section
      title={t(`home.${kind}`)}
      icon={kind === 'overdue' ? 'warning' : 'clock'}
      total={total}
      to={to}
      late={kind === 'overdue'}
    >
      <ul className="home-rows home-activities">
        {items.map((activity) => (
          <li
            key={activity.id}
            {...rowsOf(
              isReference(activity.customer) ? `/customers/${activity.customer.id}` : `/activities/${activity.id}`,
            )}
          >
            <ActivityLine activity={activity} onChanged={onChanged} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Birthdays({ home, kind }: { home: HomeData; kind: 'birthdays' | 'contactBirthdays' }) {
  const { t } = useTranslation();
  const people = home[kind] ?? [];
  if (people.length === 0) return null;
  const type = home.filters?.[kind]?.type ?? (kind === 'birthdays' ? 'customers' : 'contacts');
  return (
    <Section title={t(`home.${kind}`)} icon="cake" total={home.counts[kind] ?? people.length} to={linkOf(home, kind)}>
      <ul className="home-rows">
        {people.slice(0, fewest).map((record) => (
          <li key={record.id}>
            <Link to={`/${type}/${record.id}`} className="home-row">
              <span className="ellipsis">{String(record.name ?? '')}</span>
              <span className="meta ellipsis">{isReference(record.customer) ? record.customer.name : ''}</span>
              <span className="meta">{birthdayOf(record)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The coming day is what matters; the birthday as written says in which calendar. */
function birthdayOf(record: AnyRecord): string {
  if (typeof record.nextBirthday === 'string') return formatDate(record.nextBirthday);
  return typeof record.birthday === 'string' ? birthdayText(record.birthday, currentLanguage()) : '';
}

function Untouched({ kind, items, home }: { kind: 'visitsDue' | 'untouched'; items: AnyRecord[]; home: HomeData }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <Section
      title={t(`home.${kind}`)}
      icon={kind === 'untouched' ? 'leaf' : 'phone'}
      total={home.counts[kind] ?? 0}
      to={linkOf(home, kind)}
    >
      <ul className="home-rows">
        {items.slice(0, fewest).map((customer) => (
          <li key={customer.id}>
            <Link to={`/customers/${customer.id}`} className="home-row">
              <span className="ellipsis">{String(customer.name ?? '')}</span>
              <span className="meta">
                {typeof customer.lastActivityAt === 'string'
                  ? formatRelative(customer.lastActivityAt)
                  : t('home.never')}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Week({ week }: { week: HomeData['week'] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('home.week')} icon="activity">
      <dl className="home-week">
        {(['activities', 'customers', 'new'] as const).map((name) => (
          <div key={name}>
            <dt className="meta">{t(`home.week_${name}`)}</dt>
            <dd>{week[name]}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function RecentRecords({ items }: { items: HomeData['recent'] }) {
  const { t } = useTranslation();
  const nouns = useNouns();
  if (items.length === 0) return null;
  return (
    <Section title={t('home.recent')} icon="eye">
      <ul className="home-rows">
        {items.map((item) => {
          const noun = nouns.find((candidate) => candidate.type === item.type);
          return (
            <li key={`${item.type}/${item.id}`}>
              <Link to={`/${item.type}/${item.id}`} className="home-row">
                <Icon name={iconOf(noun?.icon ?? noun?.singular ?? item.type)} size={16} />
                <span className="ellipsis">{item.title}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
