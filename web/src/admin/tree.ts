import type { IconName } from '../look/icons';

export interface AdminEntry {
  path: string;
  /** Key of the title and of the search words in the dictionary. */
  name: string;
  icon: IconName;
  group: 'people' | 'data' | 'company';
  /** The function right that opens it; none: everybody. */
  needs?: string;
}

export const adminEntries: readonly AdminEntry[] = [
  { path: 'users', name: 'users', icon: 'user', group: 'people', needs: 'users.manage' },
  { path: 'teams', name: 'teams', icon: 'team', group: 'people', needs: 'users.manage' },
  { path: 'roles', name: 'roles', icon: 'role', group: 'people', needs: 'roles.manage' },
  { path: 'fields', name: 'fields', icon: 'columns', group: 'data', needs: 'fields.manage' },
  { path: 'matching', name: 'matching', icon: 'merge', group: 'data', needs: 'settings.manage' },
  { path: '/lead-forms', name: 'leadForms', icon: 'record', group: 'data', needs: 'leads.manage' },
  { path: '/lead-rules', name: 'leadRules', icon: 'lead', group: 'data', needs: 'leads.manage' },
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
