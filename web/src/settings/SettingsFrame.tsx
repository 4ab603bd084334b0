import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AdminPage } from '../admin/AdminPage';
import { sentence } from '../api/problem';
import { Button, Failure, Skeleton } from '../look/parts';
import './settings.css';

interface FrameProps {
  name: string;
  query: UseQueryResult<unknown>;
  isChanged: boolean;
  busy: boolean;
  onSave: () => void;
  onForget: () => void;
  children: ReactNode;
}

/** A settings page: nothing is saved until one says so, and what was changed can be taken back. */
export function SettingsFrame({ name, query, isChanged, busy, onSave, onForget, children }: FrameProps) {
  const { t } = useTranslation('admin');
  return (
    <AdminPage
      name={name}
      actions={
        <>
          {isChanged && <Button onClick={onForget}>{t('cancel')}</Button>}
          <Button kind="primary" busy={busy} disabled={!isChanged} onClick={onSave}>
            {t('save')}
          </Button>
        </>
      }
    >
      {query.isError ? (
        <Failure message={sentence(query.error)} onRetry={() => void query.refetch()} />
      ) : query.isLoading ? (
        <Skeleton lines={6} />
      ) : (
        children
      )}
    </AdminPage>
  );
}
