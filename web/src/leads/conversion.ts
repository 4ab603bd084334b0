import type { AnyRecord, Field, RecordType } from '../api/types';
import { isEmpty } from '../records/fields/values';

export interface Match {
  visible: boolean;
  sentence: string;
  band?: 'match' | 'review' | 'related';
  type?: string;
  id?: string;
  title?: string;
  customer?: string;
  reasons?: { field: string; level: string; label: string; text: string }[];
}

/** A contact of nobody leads to no customer. */
export const isAttachable = ({ visible, type, customer }: Match) => visible && (type !== 'contacts' || Boolean(customer));

/** Whom a lead is most likely to be: who is surely the same, or at least has the same name. */
export function likeliest(matches: readonly Match[]): Match | undefined {
  const known = matches.filter((match) => isAttachable(match) && match.band !== 'related');
  return (
    known.find(({ band }) => band === 'match') ??
    known.find(({ reasons }) =>
      reasons?.some(({ field, level }) => field === 'name' && (level === 'same' || level === 'sameName')),
    )
  );
}

/** What becomes of a lead: who is made anew, and whether there is a deal. */
export interface Wish {
  customer: boolean;
  contact: boolean;
  deal: boolean;
}

type Described = Pick<RecordType, 'fields'>;

/** Fields of a lead that belong to it alone, or that every conversion takes along in another form. */
const ownOfLeads = new Set(['name', 'state', 'owner', 'cost', 'referredBy', 'externalId', 'disqualifyReason']);

/** The filled fields of a lead that find no place in what becomes of it: told before one converts it. */
export function leftBehind(
  lead: AnyRecord,
  types: { leads: Described; customers?: Described; contacts?: Described; deals?: Described },
  wish: Wish,
): Field[] {
  const carried = new Set<string>();
  const carry = (to: Described | undefined, but: readonly string[]) => {
    for (const field of types.leads.fields)
      if (!but.includes(field.name) && to?.fields.some((target) => fits(target, field, lead))) carried.add(field.name);
  };
  const named = !isEmpty(lead.contactName);
  const ofCompany = !isEmpty(lead.company);
  if (wish.customer) {
    carried.add(ofCompany ? 'company' : 'contactName').add('source');
    carry(types.customers, ofCompany && named ? ['phone', 'email', 'wechat', 'note', 'title', 'source'] : ['note', 'source']);
  }
  if (wish.contact && named && (ofCompany || !wish.customer)) {
    carried.add('contactName');
    carry(types.contacts, ['note', 'tags', 'source']);
  }
  if (wish.deal) {
    for (const name of ['need', 'note', 'campaign', 'source', 'product']) carried.add(name);
    carry(types.deals, ['note', 'tags', 'source']);
  }
  return types.leads.fields.filter(
    (field) => isGiven(field) && !isEmpty(lead[field.name]) && !ownOfLeads.has(field.name) && !carried.has(field.name),
  );
}

const isGiven = (field: Field) => !field.readOnly && !field.computed && !field.system && !field.retired;

function fits(target: Field, field: Field, lead: AnyRecord): boolean {
  const value = lead[field.name];
  return (
    target.name === field.name &&
    target.kind === field.kind &&
    (target.reference ?? null) === (field.reference ?? null) &&
    isGiven(target) &&
    target.right === 'edit' &&
    field.right !== 'masked' &&
    (target.kind !== 'choice' || Boolean(target.choices?.some((choice) => choice.value === value && !choice.retired)))
  );
}
