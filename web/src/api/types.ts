import type { Step } from './signIn';

/** Shapes of the public API, as written down in docs/api/README.md. */

export type Language = 'zh-Hans' | 'zh-Hant' | 'en';
export type Labels = Partial<Record<Language, string>> & Record<string, string | undefined>;

export type FieldKind =
  | 'text'
  | 'longText'
  | 'number'
  | 'integer'
  | 'money'
  | 'date'
  | 'instant'
  | 'time'
  | 'yesNo'
  | 'choice'
  | 'choices'
  | 'tags'
  | 'email'
  | 'phone'
  | 'link'
  | 'address'
  | 'reference'
  | 'rating'
  | 'formula'
  | 'birthday'
  | 'contactPoints';

export type ChipColor = 'blue' | 'green' | 'amber' | 'red' | 'grey' | 'violet';

export interface Choice {
  value: string;
  labels: Labels;
  color?: ChipColor | string | null;
  retired?: boolean;
}

export interface Field {
  name: string;
  kind: FieldKind;
  labels: Labels;
  help?: Labels | null;
  required: boolean;
  /** Required, but the program fills it in: a form says so and does not ask. */
  filledIn?: boolean;
  readOnly: boolean;
  custom: boolean;
  system: boolean;
  sortable: boolean;
  filterable: boolean;
  groupable: boolean;
  /** What the caller may do with the values of this field. */
  right: 'edit' | 'read' | 'masked';
  many: boolean;
  maxLength?: number | null;
  choices?: Choice[] | null;
  /** The record type a reference points at. */
  reference?: string | null;
  section?: string | null;
  computed: boolean;
  /** Personal: it goes with the person and can be masked. */
  sensitive?: boolean;
  mask?: 'usual' | 'identifier' | 'account';
  /** Taken out of use; only those who manage fields still see it. */
  retired?: boolean;
}

export interface Section {
  name: string;
  labels: Labels;
}

export interface Rights {
  readAll: boolean;
  create: boolean;
  edit: boolean;
  delete: boolean;
  import: boolean;
  export: boolean;
  share: boolean;
  /** Whether records may be handed to another owner. */
  assign?: boolean;
}

export interface RecordTypeSummary {
  type: string;
  singular: string;
  labels: Labels;
  singularLabels: Labels;
  icon?: string | null;
  titleField: string;
  /** Whether records may be about one human being, who has rights over them. */
  aboutPeople?: boolean;
  hasOwner?: boolean;
  parentField?: string | null;
  /** The noun that may come in one sheet with this one. */
  importsWith?: string | null;
  /** The field that says where a record lies which nobody owns. */
  importTarget?: string | null;
  version: number;
  rights: Rights;
}

export interface RecordType extends RecordTypeSummary {
  fields: Field[];
  /** Fields that only a filter knows: the segments a record is in. */
  filterFields?: Field[];
  sections: Section[];
  list: { columns: string[]; sort: string };
  form: string[];
}

export interface Reference {
  id: string;
  name: string;
}

export interface Money {
  amount: string;
  currency: string;
}

export interface Address {
  country?: string | null;
  divisionCode?: string | null;
  province?: string | null;
  city?: string | null;
  district?: string | null;
  street?: string | null;
  postcode?: string | null;
}

export interface ContactPoint {
  label: string;
  value: string;
}

export type Value =
  string | number | boolean | null | undefined | Money | Reference | Address | string[] | ContactPoint[] | Reference[];

export type Values = Record<string, Value>;

/** A record of any type: its fields lie beside the system ones. */
export interface AnyRecord {
  id: string;
  version: number;
  createdAt?: string;
  createdBy?: Reference | null;
  updatedAt?: string;
  updatedBy?: Reference | null;
  [field: string]: Value;
}

export interface Count {
  value: number;
  exact: boolean;
}

export interface ListPage {
  items: AnyRecord[];
  next: string | null;
  count?: Count | null;
}

export interface Me {
  id: string;
  name: string;
  userName: string;
  email?: string | null;
  role?: { id: string; name: string; key: string } | null;
  team?: Reference | null;
  language: Language;
  timeZone: string;
  functions: string[];
  preferences: Preferences;
  company: { name: string; currency: string; timeZone: string; language: Language };
  unread: number;
  schemaVersion: number;
}

/** What a page of somebody who is signed in begins with. */
export interface Begun {
  signedIn: true;
  user: Me;
  recordTypes: RecordType[];
}

export type Start = Begun | ({ signedIn: false; setupNeeded: boolean } & Step);

export interface Preferences {
  theme?: 'light' | 'dark' | 'system';
  density?: Density;
  rail?: 'narrow' | 'wide';
  /** Groups of the menu that were opened or closed by hand. */
  menuGroups?: Record<string, boolean>;
  [key: string]: unknown;
}

export type Density = 'compact' | 'normal' | 'roomy';

export interface ViewDefinition {
  filter?: string | null;
  sort?: string | null;
  columns?: string[] | null;
  density?: Density | null;
  group?: string | null;
}

export interface SavedView {
  id: string;
  type: string;
  name: string;
  scope: 'personal' | 'team' | 'public';
  definition: ViewDefinition;
  owner?: Reference | null;
  mine: boolean;
}

export interface SearchHit {
  type: string;
  id: string;
  title: string;
  subtitle?: string | null;
  owner?: Reference | null;
}

export interface Notification {
  id: string;
  at: string;
  kind: string;
  actor?: Reference | null;
  type?: string | null;
  recordId?: string | null;
  title: string;
  text?: string | null;
  readAt?: string | null;
}

export type HomeFigure =
  'overdue' | 'today' | 'upcoming' | 'birthdays' | 'contactBirthdays' | 'untouched' | 'visitsDue';

export interface Home {
  counts: Partial<Record<HomeFigure, number>>;
  /** The list whose rows each number counts. */
  filters?: Partial<Record<HomeFigure, { type: string; filter: string }>>;
  overdue: AnyRecord[];
  today: AnyRecord[];
  birthdays: AnyRecord[];
  contactBirthdays?: AnyRecord[];
  untouched: AnyRecord[];
  /** Absent where no tier says how often somebody is in touch. */
  visitsDue?: AnyRecord[];
  recent: { type: string; id: string; title: string }[];
  week: { activities: number; customers: number; new: number };
}

export interface Change {
  type: string;
  id: string;
  version?: number;
  action: string;
  actor?: Reference | null;
}

export interface BulkResult {
  matched: number;
  changed: number;
  skipped: { id: string; reason: string }[];
}
