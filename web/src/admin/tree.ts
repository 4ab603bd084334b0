import type { IconName } from '../look/icons';

export interface AdminEntry {
  /** Below /admin; with a slash before it, the address of a page elsewhere. */
  path: string;
  /** Key of the title and of the search words in the dictionary. */
  name: string;
  icon: IconName;
  group: 'people' | 'sales' | 'data' | 'company';
  /** The function right that opens it; none: everybody. */
  needs?: string;
}

export const adminEntries: readonly AdminEntry[] = [
  { path: 'users', name: 'users', icon: 'user', group: 'people', needs: 'users.manage' },
  { path: 'teams', name: 'teams', icon: 'team', group: 'people', needs: 'users.manage' },
  { path: 'roles', name: 'roles', icon: 'role', group: 'people', needs: 'roles.manage' },
  { path: '/sales-processes', name: 'processes', icon: 'deal', group: 'sales', needs: 'processes.manage' },
  { path: 'chains', name: 'chains', icon: 'approval', group: 'sales', needs: 'approvals.manage' },
  { path: 'prices', name: 'prices', icon: 'cost', group: 'sales', needs: 'catalogue.manage' },
  { path: '/price-lists', name: 'priceLists', icon: 'product', group: 'sales', needs: 'catalogue.manage' },
  { path: '/exchange-rates', name: 'exchangeRates', icon: 'globe', group: 'sales', needs: 'catalogue.manage' },
  { path: 'paper', name: 'paper', icon: 'quote', group: 'sales', needs: 'catalogue.manage' },
  { path: 'numbers', name: 'numbers', icon: 'record', group: 'sales', needs: 'settings.manage' },
  { path: 'dunning', name: 'dunning', icon: 'receipt', group: 'sales', needs: 'receivables.manage' },
  { path: '/credit-rules', name: 'creditRules', icon: 'contract', group: 'sales', needs: 'credit.manage' },
  { path: '/lead-forms', name: 'leadForms', icon: 'record', group: 'sales', needs: 'leads.manage' },
  { path: '/lead-rules', name: 'leadRules', icon: 'lead', group: 'sales', needs: 'leads.manage' },
  { path: 'mailboxes', name: 'mailboxes', icon: 'mail', group: 'sales', needs: 'leads.manage' },
  { path: 'hours', name: 'hours', icon: 'clock', group: 'sales', needs: 'settings.manage' },
  { path: 'fields', name: 'fields', icon: 'columns', group: 'data', needs: 'fields.manage' },
  { path: 'matching', name: 'matching', icon: 'merge', group: 'data', needs: 'settings.manage' },
  { path: 'bin', name: 'bin', icon: 'trash', group: 'data' },
  { path: 'privacy', name: 'privacy', icon: 'leaf', group: 'data', needs: 'privacy.manage' },
  { path: 'company', name: 'company', icon: 'settings', group: 'company', needs: 'settings.manage' },
  { path: 'sign-in', name: 'signIn', icon: 'role', group: 'company', needs: 'settings.manage' },
  { path: 'providers', name: 'providers', icon: 'open', group: 'company', needs: 'settings.manage' },
  { path: 'security-events', name: 'securityEvents', icon: 'eye', group: 'company', needs: 'ledger.read' },
  { path: 'reads', name: 'reads', icon: 'eye', group: 'company', needs: 'ledger.read' },
  { path: 'backups', name: 'backups', icon: 'undo', group: 'company', needs: 'settings.manage' },
  { path: 'tokens', name: 'tokens', icon: 'link', group: 'company' },
  { path: 'ledger', name: 'ledger', icon: 'note', group: 'company', needs: 'ledger.read' },
];

export function allowed(entries: readonly AdminEntry[], may: (name: string) => boolean): AdminEntry[] {
  return entries.filter(({ needs }) => !needs || may(needs));
}

/** An entry that begins with a slash is a page outside of the tree. */
export const isElsewhere = ({ path }: AdminEntry) => path.startsWith('/');

export const addressOf = (entry: AdminEntry) => (isElsewhere(entry) ? entry.path : `/admin/${entry.path}`);
