import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { useRecordTypes } from '../api/queries';
import { useSession } from '../api/session';
import type { SearchHit } from '../api/types';
import { Icon, type IconName, iconOf } from '../look/icons';
import { isComposing } from '../look/keys';
import { useCommands } from './commands';
import { recentOf, remember } from './recent';
import './palette.css';

interface Row {
  key: string;
  icon: IconName;
  title: string;
  subtitle?: string | null;
  aside?: string | null;
  run: () => void;
}

/** One box for everything: find a record, go to a page, start an action. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { me } = useSession();
  const navigate = useNavigate();
  const { data: nouns } = useRecordTypes();
  const [typed, setTyped] = useState('');
  const [composing, setComposing] = useState(false);
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const query = typed.trim();
  const commands = useCommands();

  // Half-typed pinyin is not a question yet; the last answer stays while the next is on its way.
  const search = useQuery({
    queryKey: ['search', query],
    queryFn: ({ signal }) => get<{ items: SearchHit[] }>('/search', { signal, query: { q: query } }),
    enabled: query !== '' && !composing,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    gcTime: 60_000,
    retry: false,
  });

  const groups = useMemo(() => {
    const iconOfType = (type: string) => {
      const noun = nouns?.find((candidate) => candidate.type === type);
      return iconOf(noun?.icon ?? noun?.singular ?? type);
    };
    const found: { title: string; rows: Row[] }[] = [];
    const open = (type: string, recordId: string, title: string) => () => {
      remember(me.id, { type, id: recordId, title });
      void navigate(`/${type}/${recordId}`);
    };
    if (query === '') {
      const recent = recentOf(me.id);
      if (recent.length > 0)
        found.push({
          title: t('palette.recent'),
          rows: recent.slice(0, 6).map((item) => ({
            key: `recent-${item.type}-${item.id}`,
            icon: iconOfType(item.type),
            title: item.title,
            run: open(item.type, item.id, item.title),
          })),
        });
    } else {
      const hits = search.data?.items ?? [];
      if (hits.length > 0)
        found.push({
          title: t('palette.records'),
          rows: hits.map((hit) => ({
            key: `hit-${hit.type}-${hit.id}`,
            icon: iconOfType(hit.type),
            title: hit.title,
            subtitle: hit.subtitle,
            aside: hit.owner?.name,
            run: open(hit.type, hit.id, hit.title),
          })),
        });
    }
    for (const kind of ['action', 'place'] as const) {
      const rows = commands.filter((command) => command.kind === kind && command.matches(query));
      if (rows.length > 0) found.push({ title: t(`palette.${kind}`), rows });
    }
    return found;
  }, [query, search.data, commands, nouns, me.id, navigate, t]);

  const rows = groups.flatMap((group) => group.rows);
  const current = Math.min(at, Math.max(0, rows.length - 1));

  useEffect(() => {
    const element = dialog.current;
    const back = document.activeElement as HTMLElement | null;
    if (element && !element.open) element.showModal();
    return () => {
      element?.close();
      back?.focus?.({ preventScroll: true });
    };
  }, []);

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);

  const choose = (row: Row | undefined) => {
    if (!row) return;
    onClose();
    row.run();
  };

  let index = -1;
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label={t('palette.label')}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="palette-box">
        <div className="palette-input">
          <Icon name="search" />
          <input
            role="combobox"
            aria-label={t('palette.label')}
            aria-expanded="true"
            aria-controls={`${id}-list`}
            aria-activedescendant={rows[current] ? `${id}-${current}` : undefined}
            aria-autocomplete="list"
            placeholder={t('palette.placeholder')}
            autoComplete="off"
            spellCheck={false}
            autoFocus
            value={typed}
            onCompositionStart={() => setComposing(true)}
            onCompositionEnd={() => setComposing(false)}
            onChange={(event) => {
              setTyped(event.target.value);
              setAt(0);
            }}
            onKeyDown={(event) => {
              if (isComposing(event)) return;
              if (event.key === 'ArrowDown') setAt(rows.length === 0 ? 0 : (current + 1) % rows.length);
              else if (event.key === 'ArrowUp')
                setAt(rows.length === 0 ? 0 : (current - 1 + rows.length) % rows.length);
              else if (event.key === 'Enter') choose(rows[current]);
              else return;
              event.preventDefault();
            }}
          />
          <kbd>Esc</kbd>
        </div>
        <div className="palette-list" id={`${id}-list`} role="listbox" aria-label={t('palette.results')} ref={list}>
          {groups.map((group) => (
            <div key={group.title} role="group" aria-label={group.title}>
              <div className="palette-heading" role="presentation">
                {group.title}
              </div>
              {group.rows.map((row) => {
                index += 1;
                const mine = index;
                return (
                  <div
                    key={row.key}
                    id={`${id}-${mine}`}
                    role="option"
                    tabIndex={-1}
                    aria-selected={mine === current}
                    className="palette-row"
                    onPointerMove={() => mine !== current && setAt(mine)}
                    onClick={() => choose(row)}
                    onKeyDown={() => undefined}
                  >
                    <Icon name={row.icon} size={18} />
                    <span className="palette-title ellipsis">{row.title}</span>
                    {row.subtitle && <span className="meta ellipsis">{row.subtitle}</span>}
                    {row.aside && <span className="palette-aside meta">{row.aside}</span>}
                  </div>
                );
              })}
            </div>
          ))}
          {search.error && query !== '' && <p className="palette-note">{sentence(search.error)}</p>}
          {rows.length === 0 && !search.error && !search.isFetching && (
            <p className="palette-note">{t('palette.nothing', { query })}</p>
          )}
        </div>
        <footer className="palette-foot meta" aria-hidden="true">
          <span>
            <kbd>↑</kbd> <kbd>↓</kbd> {t('palette.move')}
          </span>
          <span>
            <kbd>Enter</kbd> {t('palette.choose')}
          </span>
          <span>{t('palette.hint')}</span>
        </footer>
      </div>
    </dialog>
  );
}
