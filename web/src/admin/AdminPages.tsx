import { type ComponentType, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, NavLink, Route, Routes, useLocation } from 'react-router';
import { useSession } from '../api/session';
import { Icon } from '../look/icons';
import { Empty, Skeleton, TextInput } from '../look/parts';
import { useNarrow } from '../records/page/PageColumns';
import { BackupsPage } from './BackupsPage';
import { BinPage } from './BinPage';
import { MatchingPage } from '../trust/MatchingPage';
import { CompanyPage } from './CompanyPage';
import { FieldsPage } from './FieldsPage';
import { LedgerPage } from './LedgerPage';
import { PrivacyPage } from './PrivacyPage';
import { ProvidersPage } from './ProvidersPage';
import { ReadsPage } from './ReadsPage';
import { RolePage } from './RolePage';
import { RolesPage } from './RolesPage';
import { SecurityEventsPage } from './SecurityEventsPage';
import { SignInPolicyPage } from './SignInPolicyPage';
import { TeamsPage } from './TeamsPage';
import { TokensPage } from './TokensPage';
import { addressOf, adminEntries, allowed, isElsewhere } from './tree';
import { UsersPage } from './UsersPage';
import { ChainsPage } from '../settings/ChainsPage';
import { DunningPage } from '../settings/DunningPage';
import { HoursPage } from '../settings/HoursPage';
import { MailboxesPage } from '../settings/MailboxesPage';
import { NumbersPage } from '../settings/NumbersPage';
import { PaperPage } from '../settings/PaperPage';
import { PricesPage } from '../settings/PricesPage';
import '../records/form/form.css';
import '../records/page/page.css';
import './admin.css';

/** What is shown for an entry of the tree; the tree says who may see it. */
export const adminPages: Record<string, ComponentType> = {
  users: UsersPage,
  teams: TeamsPage,
  roles: RolesPage,
  chains: ChainsPage,
  prices: PricesPage,
  paper: PaperPage,
  numbers: NumbersPage,
  dunning: DunningPage,
  mailboxes: MailboxesPage,
  hours: HoursPage,
  fields: FieldsPage,
  matching: MatchingPage,
  bin: BinPage,
  privacy: PrivacyPage,
  company: CompanyPage,
  'sign-in': SignInPolicyPage,
  providers: ProvidersPage,
  'security-events': SecurityEventsPage,
  reads: ReadsPage,
  backups: BackupsPage,
  tokens: TokensPage,
  ledger: LedgerPage,
};

/** Administration: a tree that can be searched on the left, one subject on the right. */
export default function AdminPages() {
  const { t } = useTranslation('admin');
  const { may } = useSession();
  const narrow = useNarrow();
  const here = useLocation();
  const entries = allowed(adminEntries, may);
  const atRoot = /^\/admin\/?$/.test(here.pathname);
  const first = entries.find((entry) => !isElsewhere(entry)) ?? entries[0];

  return (
    <div className="admin">
      {(!narrow || atRoot) && <Tree />}
      {!(narrow && atRoot) && (
        <div className="admin-content">
          {narrow && (
            <NavLink to="/admin" end className="admin-back">
              <Icon name="left" size={16} />
              {t('title')}
            </NavLink>
          )}
          <Suspense fallback={<Skeleton lines={8} />}>
            <Routes>
              <Route index element={first ? <Navigate to={first.path} replace /> : null} />
              {entries.map(({ path }) => {
                const Page = adminPages[path];
                return Page && <Route key={path} path={path} element={<Page />} />;
              })}
              {may('roles.manage') && <Route path="roles/:id" element={<RolePage />} />}
              {may('fields.manage') && <Route path="fields/:type" element={<FieldsPage />} />}
              <Route
                path="*"
                element={
                  <Empty icon="role" title={t('notAllowed')}>
                    {t('notAllowedHint')}
                  </Empty>
                }
              />
            </Routes>
          </Suspense>
        </div>
      )}
    </div>
  );
}

function Tree() {
  const { t } = useTranslation('admin');
  const { may } = useSession();
  const [wanted, setWanted] = useState('');
  const text = wanted.trim().toLowerCase();
  const entries = allowed(adminEntries, may).filter(
    ({ name }) => !text || `${t(`pages.${name}.title`)} ${t(`pages.${name}.words`)}`.toLowerCase().includes(text),
  );
  return (
    <nav className="admin-tree" aria-label={t('title')}>
      <h1>{t('title')}</h1>
      <TextInput
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      {(['people', 'sales', 'data', 'company'] as const).map((group) => {
        const inGroup = entries.filter((entry) => entry.group === group);
        return inGroup.length === 0 ? null : (
          <section key={group} aria-label={t(`groups.${group}`)}>
            <h2 className="meta">{t(`groups.${group}`)}</h2>
            {inGroup.map((entry) => (
              <NavLink key={entry.path} to={addressOf(entry)} className="admin-entry">
                <Icon name={entry.icon} size={16} />
                {t(`pages.${entry.name}.title`)}
              </NavLink>
            ))}
          </section>
        );
      })}
      {entries.length === 0 && <p className="meta">{t('nothingFound')}</p>}
    </nav>
  );
}
