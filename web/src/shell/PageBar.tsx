import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/session';
import { IconButton } from '../look/parts';
import { openPalette } from './overlays';

interface PageBarProps {
  title: ReactNode;
  /** What the browser's tab says; the title when it is text. */
  documentTitle?: string;
  /** Beside the title: a count, a state. */
  aside?: ReactNode;
  /** Right side; the page's one primary button last. */
  actions?: ReactNode;
  children?: ReactNode;
}

/** The bar above every page: its name, its one main action, and below them tabs and chips. */
export function PageBar({ title, documentTitle, aside, actions, children }: PageBarProps) {
  const { t } = useTranslation();
  const { me } = useSession();
  const tab = documentTitle ?? (typeof title === 'string' ? title : '');
  useEffect(() => {
    document.title = tab ? `${tab} · ${me.company.name || t('product')}` : t('product');
  }, [tab, me.company.name, t]);
  return (
    <header className="page-bar">
      <div className="page-bar-row">
        <h1 className="ellipsis">{title}</h1>
        {aside}
        <div className="page-bar-actions">
          <IconButton icon="search" label={t('shell.search')} className="only-narrow" onClick={openPalette} />
          {actions}
        </div>
      </div>
      {children}
    </header>
  );
}
