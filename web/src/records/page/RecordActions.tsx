import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { put, remove } from '../../api/client';
import { sentence } from '../../api/problem';
import { keys, useDeleteRecord, useRestoreRecord, useSaveRecord } from '../../api/queries';
import { useSession } from '../../api/session';
import type { AnyRecord, RecordType, Reference, Value } from '../../api/types';
import { Dialog } from '../../look/Dialog';
import { Button, IconButton } from '../../look/parts';
import { Menu, type MenuEntry, useAnchor } from '../../look/popover';
import { toast } from '../../look/toast';
import { openForm } from '../../shell/forms';
import { usePageCommands } from '../../shell/overlays';
import FieldInput from '../fields/FieldInput';
import { SideDrawer } from '../form/SideDrawer';
import { History } from '../history/History';
import { AccessDialog } from './AccessDialog';
import { useNeighbours } from './neighbours';
import { useNarrow } from './PageColumns';
import { referenceField, ShareDialog } from './ShareDialog';

interface RecordActionsProps {
  recordType: RecordType;
  record: AnyRecord;
  following?: boolean;
  onChanged: () => void;
}

type Shown = 'share' | 'assign' | 'access' | 'history' | 'delete' | null;

/** Follow, previous and next, edit, and everything rarer behind "…"; E edits, J and K move on. */
export function RecordActions({ recordType, record, following, onChanged }: RecordActionsProps) {
  const { t } = useTranslation('record');
  const { may } = useSession();
  const navigate = useNavigate();
  const menu = useAnchor();
  const [shown, setShown] = useState<Shown>(null);
  const narrow = useNarrow();
  const neighbours = useNeighbours(recordType.type, record.id);
  const erase = useDeleteRecord(recordType.type);
  const restore = useRestoreRecord(recordType.type);
  const { type, rights } = recordType;
  const name = String(record[recordType.titleField] ?? '');
  const hasOwner = recordType.fields.some((field) => field.name === 'owner');
  const edit = () => openForm({ type, id: record.id, onSaved: onChanged });

  usePageCommands({
    ...(rights.edit && { e: edit }),
    ...(neighbours?.next && { j: neighbours.next, ArrowDown: neighbours.next }),
    ...(neighbours?.previous && { k: neighbours.previous, ArrowUp: neighbours.previous }),
  });

  const follow = async () => {
    try {
      await (following ? remove(`/${type}/${record.id}/follow`) : put(`/${type}/${record.id}/follow`));
      toast({ text: t(following ? 'page.unfollowed' : 'page.followed') });
      onChanged();
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };

  const bin = async () => {
    setShown(null);
    try {
      await erase.mutateAsync(record.id);
      toast({
        text: t('page.deleted', { name }),
        undo: () =>
          void restore.mutateAsync(record.id).then(
            () => navigate(`/${type}/${record.id}`),
            (error: unknown) => toast({ text: sentence(error), kind: 'error' }),
          ),
      });
      if (neighbours?.next) neighbours.next();
      else void navigate(`/${type}`);
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };

  const items: MenuEntry[] = [
    ...(narrow && rights.edit ? [{ key: 'edit', label: t('page.edit'), icon: 'edit' as const, onSelect: edit }] : []),
    ...(rights.share
      ? [{ key: 'share', label: t('page.share'), icon: 'link' as const, onSelect: () => setShown('share') }]
      : []),
    ...(hasOwner && rights.edit && may('records.assign')
      ? [{ key: 'assign', label: t('page.assign'), icon: 'assign' as const, onSelect: () => setShown('assign') }]
      : []),
    { key: 'history', label: t('page.history'), icon: 'clock', onSelect: () => setShown('history') },
    ...(may('access.explain') || rights.share
      ? [{ key: 'access', label: t('page.access'), icon: 'eye' as const, onSelect: () => setShown('access') }]
      : []),
    ...(rights.delete
      ? [
          { key: 'line', line: true as const },
          {
            key: 'delete',
            label: t('page.delete'),
            icon: 'trash' as const,
            danger: true,
            onSelect: () => setShown('delete'),
          },
        ]
      : []),
  ];

  return (
    <>
      {neighbours && (
        <span className="record-neighbours">
          <IconButton
            icon="up"
            label={t('page.previous')}
            shortcut="K"
            disabled={!neighbours.previous}
            onClick={() => neighbours.previous?.()}
          />
          <span className="meta">
            {neighbours.at}/{neighbours.of}
          </span>
          <IconButton
            icon="down"
            label={t('page.next')}
            shortcut="J"
            disabled={!neighbours.next}
            onClick={() => neighbours.next?.()}
          />
        </span>
      )}
      {following !== undefined && (
        <IconButton
          icon="star"
          label={t(following ? 'page.unfollow' : 'page.follow')}
          aria-pressed={following}
          active={following}
          onClick={() => void follow()}
        />
      )}
      <IconButton
        icon="more"
        label={t('page.more')}
        aria-haspopup="menu"
        aria-expanded={menu.isOpen}
        onClick={(event) => menu.open(event.currentTarget)}
      />
      {rights.edit && (
        <Button icon="edit" className="record-edit" onClick={edit}>
          {t('page.edit')}
        </Button>
      )}
      {menu.isOpen && (
        <Menu anchor={menu.anchor} label={t('page.more')} items={items} align="end" onClose={menu.close} />
      )}
      {shown === 'share' && <ShareDialog type={type} id={record.id} name={name} onClose={() => setShown(null)} />}
      {shown === 'access' && <AccessDialog type={type} id={record.id} onClose={() => setShown(null)} />}
      {shown === 'assign' && (
        <AssignDialog recordType={recordType} record={record} onClose={() => setShown(null)} onDone={onChanged} />
      )}
      {shown === 'history' && (
        <SideDrawer size={640} title={t('history.of', { name })} onClose={() => setShown(null)}>
          <History recordType={recordType} id={record.id} canRestore={rights.edit} />
        </SideDrawer>
      )}
      {shown === 'delete' && (
        <Dialog
          title={t('page.deleteTitle', { name })}
          onClose={() => setShown(null)}
          footer={
            <>
              <Button onClick={() => setShown(null)}>{t('form.cancel')}</Button>
              <Button kind="danger" onClick={() => void bin()}>
                {t('page.deleteNow')}
              </Button>
            </>
          }
        >
          <p>{t('page.deleteText')}</p>
        </Dialog>
      )}
    </>
  );
}

function AssignDialog({
  recordType,
  record,
  onClose,
  onDone,
}: {
  recordType: RecordType;
  record: AnyRecord;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation('record');
  const client = useQueryClient();
  const save = useSaveRecord(recordType.type);
  const [owner, setOwner] = useState<Value>(record.owner);
  const chosen = typeof owner === 'object' && owner !== null && 'id' in owner ? (owner as Reference) : null;

  const assign = async () => {
    try {
      await save.mutateAsync({ id: record.id, values: { owner: chosen?.id ?? null }, version: record.version });
      toast({ text: chosen ? t('assign.done', { name: chosen.name }) : t('assign.released') });
      void client.invalidateQueries({ queryKey: keys.record(recordType.type, record.id) });
      onDone();
      onClose();
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };

  return (
    <SideDrawer
      size={480}
      title={t('assign.title')}
      onClose={onClose}
      footer={
        <div className="record-form-footer">
          <span className="meta" />
          <Button onClick={onClose}>{t('form.cancel')}</Button>
          <Button kind="primary" busy={save.isPending} onClick={() => void assign()}>
            {t('assign.now')}
          </Button>
        </div>
      }
    >
      <FieldInput field={referenceField('users', t('assign.owner'))} value={owner} onChange={setOwner} />
      <p className="meta assign-hint">{t('assign.hint')}</p>
    </SideDrawer>
  );
}
