import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sentence } from '../../api/problem';
import { changeView, createView, deleteView, keys } from '../../api/queries';
import { useSession } from '../../api/session';
import type { RecordType, SavedView, ViewDefinition } from '../../api/types';
import { Icon } from '../../look/icons';
import { Button, IconButton } from '../../look/parts';
import { Menu, useAnchor } from '../../look/popover';
import { toast } from '../../look/toast';
import { builtInViews, type ListState } from '../list/listState';
import { ViewDialog } from './ViewDialog';
import './views.css';

interface ViewTabsProps {
  description: RecordType;
  views: readonly SavedView[];
  state: ListState;
  columns: readonly string[];
  onOpen: (view: string) => void;
}

type Asking = { kind: 'create' } | { kind: 'change'; view: SavedView } | { kind: 'delete'; view: SavedView };

/** Built-in and saved views as tabs; what differs from the view can be saved or put back. */
export function ViewTabs({ description, views, state, columns, onOpen }: ViewTabsProps) {
  const { t } = useTranslation();
  const { me } = useSession();
  const client = useQueryClient();
  const menu = useAnchor();
  const [asking, setAsking] = useState<Asking | null>(null);
  const tabs = useRef<HTMLDivElement>(null);
  const type = description.type;

  useEffect(() => {
    const tab = tabs.current?.querySelector<HTMLElement>('[aria-current]');
    if (tab && tabs.current) tabs.current.scrollLeft = Math.max(0, tab.offsetLeft - 80);
  }, [state.view]);

  const definition: ViewDefinition = {
    filter: state.saved
      ? state.filter
      : [state.base, state.filter]
          .filter(Boolean)
          .map((part, _, all) => (all.length > 1 ? `(${part})` : part))
          .join(' AND '),
    sort: state.sort,
    columns: [...columns],
    density: state.density,
    group: state.group || null,
  };

  const attempt = async (work: () => Promise<unknown>, done: string): Promise<boolean> => {
    try {
      await work();
      await client.invalidateQueries({ queryKey: keys.views(type) });
      toast({ text: done });
      return true;
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
      return false;
    }
  };

  const saved = state.saved;
  return (
    <div className="views">
      <div className="views-tabs" ref={tabs} role="group" aria-label={t('views.label')}>
        {builtInViews(description, me).map((view) => (
          <button
            key={view}
            type="button"
            aria-current={state.view === view ? 'page' : undefined}
            onClick={() => onOpen(view)}
          >
            {t(`list.${view}`)}
          </button>
        ))}
        {views.map((view) => (
          <span key={view.id} className="views-saved">
            <button
              type="button"
              aria-current={state.view === view.id ? 'page' : undefined}
              title={t(scopeKey(view.scope))}
              onClick={() => onOpen(view.id)}
            >
              {view.name}
              {view.scope !== 'personal' && <Icon name={view.scope === 'team' ? 'team' : 'globe'} size={14} />}
            </button>
            {state.view === view.id && (
              <IconButton
                icon="more"
                size="small"
                label={t('views.actions', { name: view.name })}
                aria-haspopup="menu"
                aria-expanded={menu.isOpen}
                onClick={(event) => menu.open(event.currentTarget)}
              />
            )}
          </span>
        ))}
      </div>
      {state.changed && (
        <div className="views-changed">
          {saved?.mine && (
            <Button
              kind="ghost"
              onClick={() =>
                void attempt(() => changeView(saved.id, { definition }), t('views.saved', { name: saved.name })).then(
                  (ok) => ok && onOpen(saved.id),
                )
              }
            >
              {t('views.save', { name: saved.name })}
            </Button>
          )}
          <Button kind="ghost" onClick={() => setAsking({ kind: 'create' })}>
            {t('views.saveAs')}
          </Button>
          <Button kind="ghost" onClick={() => onOpen(state.view)}>
            {t('views.reset')}
          </Button>
        </div>
      )}
      {menu.isOpen && saved && (
        <Menu
          anchor={menu.anchor}
          label={t('views.actions', { name: saved.name })}
          onClose={menu.close}
          items={[
            {
              key: 'link',
              icon: 'link',
              label: t('views.copyLink'),
              onSelect: () =>
                void navigator.clipboard.writeText(location.href).then(
                  () => toast({ text: t('views.copied') }),
                  () => undefined,
                ),
            },
            {
              key: 'rename',
              icon: 'edit',
              label: t('views.rename'),
              disabled: !saved.mine,
              onSelect: () => setAsking({ kind: 'change', view: saved }),
            },
            { key: 'line', line: true },
            {
              key: 'delete',
              icon: 'trash',
              label: t('views.delete'),
              danger: true,
              disabled: !saved.mine,
              onSelect: () => setAsking({ kind: 'delete', view: saved }),
            },
          ]}
        />
      )}
      {asking && (
        <ViewDialog
          kind={asking.kind}
          view={asking.kind === 'create' ? null : asking.view}
          onClose={() => setAsking(null)}
          onSubmit={async (name, scope) => {
            const view = asking.kind === 'create' ? null : asking.view;
            const done =
              asking.kind === 'delete'
                ? await attempt(() => deleteView(view!.id), t('views.deleted', { name: view!.name }))
                : await attempt(
                    async () => {
                      if (view) await changeView(view.id, { name, scope });
                      else {
                        const created = await createView({ type, name, scope, definition });
                        client.setQueryData<SavedView[]>(keys.views(type), (old) => [...(old ?? []), created]);
                        onOpen(created.id);
                      }
                    },
                    t('views.saved', { name }),
                  );
            if (!done) return;
            setAsking(null);
            if (asking.kind === 'delete') onOpen('all');
          }}
        />
      )}
    </div>
  );
}

const scopeKey = (scope: SavedView['scope']) => (scope === 'team' ? 'views.scopeTeam' : `views.${scope}`);
