import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { get, patch, post, remove } from '../api/client';
import { sentence } from '../api/problem';
import { keys, useRecordTypes } from '../api/queries';
import type { Field, RecordType } from '../api/types';
import { labelOf } from '../language';
import { Button, Checkbox, Chip, Empty, Failure, IconButton, Segmented, Skeleton, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { AdminPage } from './AdminPage';
import { FieldEditor } from './FieldEditor';
import { move } from './fieldDefinition';

export type AdminField = Field & { retired?: boolean; formula?: string | null };

const fixedTypes = new Set(['users', 'teams', 'roles']);

/** The fields of each noun: the built-in ones to look at, own ones to add, order, change and retire. In force at once. */
export function FieldsPage() {
  const { t } = useTranslation('admin');
  const { type: named } = useParams();
  const navigate = useNavigate();
  const client = useQueryClient();
  const types = (useRecordTypes().data ?? []).filter(({ type }) => !fixedTypes.has(type));
  const type = named ?? types[0]?.type;
  const described = useQuery({
    queryKey: [...keys.recordType(type ?? ''), 'fields'],
    queryFn: ({ signal }) => get<RecordType>(`/record-types/${type}/fields`, { signal }),
    enabled: Boolean(type),
  });
  const [edited, setEdited] = useState<AdminField | 'new' | null>(null);
  const [wanted, setWanted] = useState('');
  const [builtIn, setBuiltIn] = useState(false);
  const fields = (described.data?.fields ?? []) as AdminField[];
  const fits = (field: AdminField) =>
    `${labelOf(field.labels)} ${field.name}`.toLowerCase().includes(wanted.trim().toLowerCase());
  const own = fields.filter((field) => field.custom);
  const others = fields.filter((field) => !field.custom && !field.system);

  const forget = () => {
    void client.invalidateQueries({ queryKey: keys.recordTypes });
    void client.invalidateQueries({ queryKey: keys.me });
  };

  const run = async (work: () => Promise<unknown>, done: string, undo?: () => Promise<unknown>) => {
    try {
      await work();
      forget();
      toast({ text: done, undo: undo && (() => void undo().then(forget)) });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };

  const shift = (from: number, to: number) => {
    const ordered = move(own, from, to);
    void run(
      () =>
        Promise.all(
          ordered.flatMap((field, position) =>
            own[position] === field ? [] : [patch(`/record-types/${type}/fields/${field.name}`, { position })],
          ),
        ),
      t('fields.moved'),
    );
  };

  const setRetired = (field: AdminField, retired: boolean) => {
    const address = `/record-types/${type}/fields/${field.name}`;
    const retire = () => remove(address);
    const back = () => post(`${address}:unretire`);
    void run(
      retired ? retire : back,
      t(retired ? 'fields.retired' : 'fields.unretired', { label: labelOf(field.labels, field.name) }),
      retired ? back : retire,
    );
  };

  return (
    <AdminPage
      name="fields"
      actions={
        <Button kind="primary" icon="plus" disabled={!described.data} onClick={() => setEdited('new')}>
          {t('fields.add')}
        </Button>
      }
    >
      <div className="admin-tools">
        {type && (
          <Segmented
            label={t('roles.noun')}
            value={type}
            options={types.map((candidate) => ({
              value: candidate.type,
              label: labelOf(candidate.labels, candidate.type),
            }))}
            onChange={(next) => void navigate(`/admin/fields/${next}`)}
          />
        )}
        <TextInput
          type="search"
          aria-label={t('fields.find')}
          placeholder={t('fields.find')}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
        <Checkbox
          label={t('fields.showBuiltIn', { count: others.length })}
          checked={builtIn}
          onChange={(event) => setBuiltIn(event.target.checked)}
        />
      </div>
      {described.isLoading && <Skeleton lines={6} />}
      {described.isError && <Failure message={sentence(described.error)} onRetry={() => void described.refetch()} />}
      {described.isSuccess && own.length === 0 && (
        <Empty
          icon="columns"
          title={t('fields.none')}
          action={<Button onClick={() => setEdited('new')}>{t('fields.add')}</Button>}
        >
          {t('fields.noneHint')}
        </Empty>
      )}
      {(own.length > 0 || builtIn) && (
        <div className="admin-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('fields.label')}</th>
                <th scope="col">{t('fields.name')}</th>
                <th scope="col">{t('fields.kind')}</th>
                <th scope="col">{t('fields.notes')}</th>
                <th>
                  <span className="visually-hidden">{t('actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {own.filter(fits).map((field) => {
                const at = own.indexOf(field);
                const label = labelOf(field.labels, field.name);
                return (
                  <tr key={field.name} data-off={field.retired || undefined}>
                    <td>
                      <button type="button" className="record-link" onClick={() => setEdited(field)}>
                        {label}
                      </button>
                    </td>
                    <td>
                      <code>{field.name}</code>
                    </td>
                    <td>{t(`kinds.${field.kind}`)}</td>
                    <td>
                      <FieldNotes field={field} />
                    </td>
                    <td className="admin-actions">
                      <IconButton
                        icon="up"
                        size="small"
                        label={t('fields.up', { label })}
                        disabled={at === 0}
                        onClick={() => shift(at, at - 1)}
                      />
                      <IconButton
                        icon="down"
                        size="small"
                        label={t('fields.down', { label })}
                        disabled={at === own.length - 1}
                        onClick={() => shift(at, at + 1)}
                      />
                      <Button kind="ghost" onClick={() => setRetired(field, !field.retired)}>
                        {t(field.retired ? 'fields.unretire' : 'fields.retire')}
                      </Button>
                    </td>
                  </tr>
                );
              })}
              {builtIn &&
                others.filter(fits).map((field) => (
                  <tr key={field.name}>
                    <td>{labelOf(field.labels, field.name)}</td>
                    <td>
                      <code>{field.name}</code>
                    </td>
                    <td>{t(`kinds.${field.kind}`, { defaultValue: field.kind })}</td>
                    <td>
                      <FieldNotes field={field} />
                    </td>
                    <td />
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      )}
      {edited && described.data && (
        <FieldEditor
          recordType={described.data}
          field={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onSaved={() => {
            setEdited(null);
            forget();
          }}
        />
      )}
    </AdminPage>
  );
}

function FieldNotes({ field }: { field: AdminField }) {
  const { t } = useTranslation('admin');
  return (
    <span className="admin-notes">
      {field.required && <Chip color="amber">{t('fields.required')}</Chip>}
      {field.retired && <Chip>{t('fields.isRetired')}</Chip>}
      {!field.custom && <Chip>{t('fields.builtIn')}</Chip>}
      {(field.choices?.length ?? 0) > 0 && (
        <span className="meta">
          {t('fields.choiceCount', { count: field.choices!.filter((choice) => !choice.retired).length })}
        </span>
      )}
      {field.formula && <code>{field.formula}</code>}
    </span>
  );
}
