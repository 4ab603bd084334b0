import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { ActivityLine } from '../activities/ActivityLine';
import { sentence } from '../api/problem';
import { keys, useHome } from '../api/queries';
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
import { figureLinks } from './figures';
import './home.css';

/** Today's work: what is late, what is due, who has a birthday, whom nobody called. */
export default function Home() {
  const { t } = useTranslation();
  const { me } = useSession();
  const { data, error, refetch } = useHome();
  const client = useQueryClient();
  const page = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  useRowKeys(page);
  useEffect(() => {
    const timer = setTimeout(preloadForm, 2500);
    return () => clearTimeout(timer);
  }, []);
  usePageCommands(
    useMemo(
      () => ({
        c: () =>
          openForm({ type: 'activities', onSaved: () => void client.invalidateQueries({ queryKey: keys.home }) }),
      }),
      [client],
    ),
  );

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
          <Figures counts={data.counts} />
          <div className="home-columns">
            <div className="home-main">
              {data.overdue.length === 0 && data.today.length === 0 && (
                <section className="home-section">
                  <Empty
                    icon="check"
                    title={t('home.clear')}
                    action={
                      <Button onClick={() => void navigate('/customers?view=mine')}>{t('home.clearAction')}</Button>
                    }
                  >
                    {t('home.clearHelp')}
                  </Empty>
                </section>
              )}
              <Activities kind="overdue" items={data.overdue} total={data.counts.overdue} onChanged={changed} />
              <Activities kind="today" items={data.today} total={data.counts.today} onChanged={changed} />
            </div>
            <div className="home-side">
              <Week week={data.week} />
              <Birthdays items={data.birthdays} total={data.counts.birthdays} />
              <Untouched items={data.untouched} total={data.counts.untouched} />
              <RecentRecords items={data.recent} />
            </div>
          </div>
        </div>
      )}
    </>
  );
}

const figureNames = ['overdue', 'today', 'upcoming', 'birthdays', 'untouched'] as const;

function Figures({ counts }: { counts: HomeData['counts'] }) {
  const { t } = useTranslation();
  return (
    <ul className="home-figures">
      {figureNames.map((name) => (
        <li key={name}>
          <Link to={figureLinks[name]}>
            <span className="meta">{t(`home.${name}`)}</span>
            <strong className={name === 'overdue' && counts.overdue > 0 ? 'home-late' : ''}>{counts[name]}</strong>
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
  onChanged: () => void;
}

function Activities({ kind, items, total, onChanged }: ActivitiesProps) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <Section
      title={t(`home.${kind}`)}
      icon={kind === 'overdue' ? 'warning' : 'clock'}
      total={total}
      to={figureLinks[kind]}
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

function Birthdays({ items, total }: { items: AnyRecord[]; total: number }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <Section title={t('home.birthdays')} icon="cake" total={total} to={figureLinks.birthdays}>
      <ul className="home-rows">
        {items.map((contact) => (
          <li key={contact.id}>
            <Link to={`/contacts/${contact.id}`} className="home-row">
              <span className="ellipsis">{String(contact.name ?? '')}</span>
              <span className="meta ellipsis">{isReference(contact.customer) ? contact.customer.name : ''}</span>
              <span className="meta">
                {typeof contact.birthday === 'string' ? birthdayText(contact.birthday, currentLanguage()) : ''}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Untouched({ items, total }: { items: AnyRecord[]; total: number }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <Section title={t('home.untouched')} icon="leaf" total={total} to={figureLinks.untouched}>
      <ul className="home-rows">
        {items.map((customer) => (
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
