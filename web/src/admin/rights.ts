/** How far a role reaches, from nothing to everything. */
export const reaches = ['none', 'own', 'team', 'teamAndBelow', 'all'] as const;
export type Reach = (typeof reaches)[number];

export const verbs = ['read', 'edit', 'delete'] as const;
export type Verb = (typeof verbs)[number];

export const flags = ['create', 'import', 'export'] as const;
export type Flag = (typeof flags)[number];

export type TypeScope = Record<Verb, Reach> & Record<Flag, boolean>;
export type Scopes = Record<string, TypeScope>;

export const fieldRights = ['edit', 'read', 'masked', 'hidden'] as const;
export type FieldRight = (typeof fieldRights)[number];
export type FieldRights = Record<string, Record<string, FieldRight>>;

export const nothing: TypeScope = {
  read: 'none',
  edit: 'none',
  delete: 'none',
  create: false,
  import: false,
  export: false,
};

export function scopeOf(scopes: Scopes | null | undefined, type: string): TypeScope {
  return { ...nothing, ...scopes?.[type] };
}

/**
 * Nobody can change what he cannot see: reading less takes editing and deleting down with it, and editing more raises
 * reading. The server holds to the same; here it keeps the table from promising what is not granted.
 */
export function setReach(scope: TypeScope, verb: Verb, reach: Reach): TypeScope {
  const next = { ...scope, [verb]: reach };
  if (verb === 'read') {
    next.edit = lower(next.edit, reach);
    next.delete = lower(next.delete, reach);
    if (reach === 'none') return { ...next, create: false, import: false, export: false };
  } else if (rank(next.read) < rank(reach)) next.read = reach;
  return next;
}

export function setFlag(scope: TypeScope, flag: Flag, on: boolean): TypeScope {
  const next = { ...scope, [flag]: on };
  if (on && flag === 'import') next.create = true;
  if (on && next.read === 'none') next.read = 'own';
  if (!on && flag === 'create') next.import = false;
  return next;
}

/** Leaves out what says nothing: full rights on a field, and types without any. */
export function tidy(rights: FieldRights): FieldRights {
  const kept: FieldRights = {};
  for (const [type, fields] of Object.entries(rights)) {
    const limited = Object.entries(fields).filter(([, right]) => right !== 'edit');
    if (limited.length > 0) kept[type] = Object.fromEntries(limited);
  }
  return kept;
}

function rank(reach: Reach): number {
  return reaches.indexOf(reach);
}

function lower(a: Reach, b: Reach): Reach {
  return rank(a) < rank(b) ? a : b;
}
