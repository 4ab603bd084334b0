import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ActivityLine } from '../activities/ActivityLine';
import { referenceOf } from '../activities/activity';
import { useRecordType, useRecordTypes } from '../api/queries';
import { useSession } from '../api/session';
import type { AnyRecord, RecordType } from '../api/types';
import { Avatar, IconButton } from '../look/parts';
import { choiceLabel, FieldValue } from '../records/fields/FieldValue';
import { isEmpty } from '../records/fields/values';
import { Files } from '../records/page/Files';
import { lastDay, ShareDialog } from '../records/page/ShareDialog';
import { CreditPanel } from '../money/CreditPanel';
import { ValuePanel } from '../value/ValuePanel';
import { Referred } from '../leads/Referred';
import { PrivacyPanel } from '../privacy/PrivacyPanel';
import { openForm } from '../shell/forms';
import type { Overview } from './overview';

interface CustomerPanelsProps {
  overview: Overview;
  recordType: RecordType;
  onChanged: () => void;
}

/** The right side: people, things to do, who works on it, the group it belongs to, files; what is empty stays away or offers its first step. */
export function CustomerPanels({ overview, recordType, onChanged }: CustomerPanelsProps) {
  const { t } = useTranslation('record');
  const { may } = useSession();
  const [sharing, setSharing] = useState(false);
  const mayAdd = useRecordTypes().data?.find(({ type }) => type === 'contacts')?.rights.create ?? false;
  const { customer, contacts, team, group, relations = [], files } = overview;
  const open = overview.activities.open;
  const name = String(customer.name ?? '');

  return (
    <>
      <Panel
        title={t('customer.contacts')}
        count={overview.counts.contacts ?? contacts.length}
        action={
          mayAdd ? (
            <IconButton
              icon="plus"
              size="small"
              label={t('customer.addContact')}
              onClick={() =>
                openForm({ type: 'contacts', initial: { customer: { id: customer.id, name } }, onSaved: onChanged })
              }
            />
          ) : null
        }
      >
        {contacts.length === 0 && (
          <p className="meta">
            {t('customer.noContacts')}{' '}
            {mayAdd && (
              <button
                type="button"
                className="record-link"
                onClick={() =>
                  openForm({ type: 'contacts', initial: { customer: { id: customer.id, name } }, onSaved: onChanged })
                }
              >
                {t('customer.addContact')}
              </button>
            )}
          </p>
        )}
        <ul className="customer-people">
          {contacts.map((contact) => (
            <Contact key={contact.id} contact={contact} />
          ))}
        </ul>
        {(overview.counts.contacts ?? 0) > contacts.length && (
          <Link to={`/contacts?filter=${encodeURIComponent(`customer = "${customer.id}"`)}`}>
            {t('customer.allContacts', { count: overview.counts.contacts })}
          </Link>
        )}
      </Panel>

      <Panel title={t('customer.open')} count={overview.counts.openActivities ?? open.length}>
        {open.length === 0 && <p className="meta">{t('customer.noOpen')}</p>}
        {open.map((activity) => (
          <ActivityLine key={activity.id} activity={activity} showCustomer={false} onChanged={onChanged} />
        ))}
      </Panel>

      {may('value.read') && (
        <Panel title={t('customer.value')}>
          <ValuePanel id={customer.id} />
        </Panel>
      )}

      <CreditPanel customer={{ id: customer.id, name }} />
      <Referred customer={customer.id} />

      <Panel
        title={t('customer.team')}
        action={
          recordType.rights.share ? (
            <IconButton icon="plus" size="small" label={t('customer.addMember')} onClick={() => setSharing(true)} />
          ) : null
        }
      >
        <ul className="customer-people">
          {referenceOf(customer.owner) && (
            <Member name={referenceOf(customer.owner)!.name} role={t('customer.owner')} />
          )}
          {team.map((member) => (
            <Member
              key={member.id}
              name={member.user?.name ?? member.team?.name ?? ''}
              role={[
                member.role,
                t(`share.${member.level}`),
                member.until && t('share.untilDate', { date: lastDay(member.until) }),
              ]
                .filter(Boolean)
                .join(' · ')}
            />
          ))}
        </ul>
        {!referenceOf(customer.owner) && team.length === 0 && <p className="meta">{t('customer.noTeam')}</p>}
      </Panel>

      {group && (group.parent || group.children.length > 0) && (
        <Panel title={t('customer.group')}>
          <ul className="customer-group">
            {group.parent && (
              <li>
                <span className="meta">{t('customer.parent')}</span>{' '}
                <Link to={`/customers/${group.parent.id}`}>{group.parent.name}</Link>
              </li>
            )}
            {group.children.map((child) => (
              <li key={child.id}>
                <span className="meta">{t('customer.child')}</span>{' '}
                <Link to={`/customers/${child.id}`}>{child.name}</Link>
              </li>
            ))}
          </ul>
        </Panel>
      )}

      {relations.length > 0 && (
        <Panel title={t('customer.relations')}>
          <ul className="customer-group">
            {relations.map((relation) => (
              <Relation key={relation.id} relation={relation} />
            ))}
          </ul>
        </Panel>
      )}

      <PrivacyPanel recordType={recordType} record={customer} />

      <Panel title={t('files.title')} count={files.length}>
        <Files type="customers" id={customer.id} files={files} editable={recordType.rights.edit} />
      </Panel>
      {sharing && (
        <ShareDialog
          type="customers"
          id={customer.id}
          name={name}
          onClose={() => {
            setSharing(false);
            onChanged();
          }}
        />
      )}
    </>
  );
}

function Panel({
  title,
  count,
  action,
  children,
}: {
  title: string;
  count?: number;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="panel" aria-label={title}>
      <h2>
        {title}
        {count !== undefined && count > 0 && <span className="panel-count">{count}</span>}
        {action}
      </h2>
      {children}
    </section>
  );
}

function Contact({ contact }: { contact: AnyRecord }) {
  const recordType = useRecordType('contacts').data;
  const field = (name: string) => recordType?.fields.find((candidate) => candidate.name === name);
  const phone = field('phone');
  const role = field('decisionRole');
  const title = [contact.department, contact.title].filter(Boolean).join(' ');
  return (
    <li>
      <Avatar name={String(contact.name ?? '')} size={28} />
      <div>
        <p className="customer-person">
          <Link to={`/contacts/${contact.id}`}>{String(contact.name ?? '')}</Link>
          {role && typeof contact.decisionRole === 'string' && (
            <span className="chip chip-violet">{choiceLabel(role.choices, contact.decisionRole)}</span>
          )}
        </p>
        {title && <p className="meta">{title}</p>}
        {phone && !isEmpty(contact.phone) && (
          <p>
            <FieldValue field={phone} value={contact.phone} />
          </p>
        )}
      </div>
    </li>
  );
}

function Member({ name, role }: { name: string; role: string }) {
  return (
    <li>
      <Avatar name={name} size={28} />
      <div>
        <p>{name}</p>
        <p className="meta">{role}</p>
      </div>
    </li>
  );
}

function Relation({ relation }: { relation: AnyRecord }) {
  const recordType = useRecordType('relations').data;
  const from = referenceOf(relation.contact);
  const to = referenceOf(relation.otherContact);
  const kind = recordType?.fields.find((field) => field.name === 'kind');
  return (
    <li>
      {from && <Link to={`/contacts/${from.id}`}>{from.name}</Link>}{' '}
      <span className="meta">
        {typeof relation.kind === 'string' ? choiceLabel(kind?.choices, relation.kind) : '—'}
      </span>{' '}
      {to && <Link to={`/contacts/${to.id}`}>{to.name}</Link>}
    </li>
  );
}
