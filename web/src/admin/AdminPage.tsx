import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PageBar } from '../shell/PageBar';

/** Title, one sentence of what the page is for, and its one main action. */
export function AdminPage({
  name,
  title,
  actions,
  children,
}: {
  name: string;
  title?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useTranslation('admin');
  return (
    <>
      <PageBar title={title ?? t(`pages.${name}.title`)} actions={actions} />
      <div className="admin-page">
        <p className="meta">{t(`pages.${name}.purpose`)}</p>
        {children}
      </div>
    </>
  );
}
