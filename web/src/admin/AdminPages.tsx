import { Suspense, useState } from 'react';
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
import { addressOf, adminEntries, allowed } from './tree';
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

/** Administration: a tree that can be searched on the left, one subject on the right. */
export default function AdminPages() {
  const { t } = useTranslation('admin');
  const { may } = useSession();
  const narrow = useNarrow();
  const here = useLocation();
  const entries = allowed(adminEntries, may);
  const atRoot = /^\/admin\/?$/.test(here.pathname);
  const first = entries.find(({ path }) => !path.startsWith('/')) ?? entries[0];

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
              {may('users.manage') && <Route path="users" element={<UsersPage />} />}
              {may('users.manage') && <Route path="teams" element={<TeamsPage />} />}
              {may('roles.manage') && <Route path="roles" element={<RolesPage />} />}
              {may('roles.manage') && <Route path="roles/:id" element={<RolePage />} />}
              {may('approvals.manage') && <Route path="chains" element={<ChainsPage />} />}
              {may('catalogue.manage') && <Route path="prices" element={<PricesPage />} />}
              {may('catalogue.manage') && <Route path="paper" element={<PaperPage />} />}
              {may('settings.manage') && <Route path="numbers" element={<NumbersPage />} />}
              {may('receivables.manage') && <Route path="dunning" element={<DunningPage />} />}
              {may('leads.manage') && <Route path="mailboxes" element={<MailboxesPage />} />}
              {may('settings.manage') && <Route path="hours" element={<HoursPage />} />}
              {may('fields.manage') && <Route path="fields" element={<FieldsPage />} />}
              {may('fields.manage') && <Route path="fields/:type" element={<FieldsPage />} />}
              {may('settings.manage') && <Route path="matching" element={<MatchingPage />} />}
              <Route path="bin" element={<BinPage />} />
              {may('privacy.manage') && <Route path="privacy" element={<PrivacyPage />} />}
              {may('settings.manage') && <Route path="company" element={<CompanyPage />} />}
              {may('settings.manage') && <Route path="sign-in" element={<SignInPolicyPage />} />}
              {may('settings.manage') && <Route path="providers" element={<ProvidersPage />} />}
              {may('ledger.read') && <Route path="security-events" element={<SecurityEventsPage />} />}
              {may('ledger.read') && <Route path="reads" element={<ReadsPage />} />}
              {may('settings.manage') && <Route path="backups" element={<BackupsPage />} />}
              <Route path="tokens" element={<TokensPage />} />
              {may('ledger.read') && <Route path="ledger" element={<LedgerPage />} />}
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
            {inGroup.map(({ path, name, icon }) => (
              <NavLink key={path} to={addressOf({ path })} className="admin-entry">
                <Icon name={icon} size={16} />
                {t(`pages.${name}.title`)}
              </NavLink>
            ))}
          </section>
        );
      })}
      {entries.length === 0 && <p className="meta">{t('nothingFound')}</p>}
    </nav>
  );
}
