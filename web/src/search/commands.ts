import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { addressOf, adminEntries, allowed } from '../admin/tree';
import { useSession } from '../api/session';
import { labelOf } from '../language';
import { type IconName, iconOf } from '../look/icons';
import { shownTheme } from '../look/theme';
import { openForm } from '../shell/forms';
import { useNouns } from '../shell/nouns';
import { openHelp } from '../shell/overlays';
import { usePlaces } from '../shell/places';

export interface Command {
  key: string;
  kind: 'action' | 'place';
  icon: IconName;
  title: string;
  matches(query: string): boolean;
  run: () => void;
}

/** Pages and actions of the palette. They answer to their words in every language, so `import` finds 导入 too. */
export function useCommands(): Command[] {
  const { t } = useTranslation();
  const { me, may, prefer, signOut } = useSession();
  const nouns = useNouns(true);
  const places = usePlaces();
  // The words of the administration come when they are first asked for; the palette does not wait for them.
  const words = useTranslation('admin', { useSuspense: false });
  const navigate = useNavigate();
  return useMemo(() => {
    const make = (
      kind: Command['kind'],
      key: string,
      icon: IconName,
      title: string,
      words: string,
      run: () => void,
    ): Command => {
      const all = `${title} ${words}`.toLowerCase();
      return {
        kind,
        key,
        icon,
        title,
        run,
        matches: (query) =>
          query
            .toLowerCase()
            .split(/\s+/)
            .every((part) => all.includes(part)),
      };
    };
    const go = (to: string) => () => void navigate(to);
    const everyLabel = (labels: Record<string, string | undefined>) => Object.values(labels).join(' ');
    const dark = shownTheme() === 'dark';
    const inMenu = new Set(places.flatMap((group) => group.places.map((place) => place.key)));
    return [
      ...nouns
        .filter((noun) => noun.rights.create)
        .map((noun) =>
          make(
            'action',
            `new-${noun.type}`,
            'plus',
            t('list.create', { noun: labelOf(noun.singularLabels, noun.singular) }),
            `new create xinjian xj ${noun.type} ${everyLabel(noun.singularLabels)}`,
            () => openForm({ type: noun.type, onSaved: (record) => void navigate(`/${noun.type}/${record.id}`) }),
          ),
        ),
      make('place', 'home', 'home', t('shell.home'), 'home today gongzuotai gzt 工作台 首页', go('/')),
      ...places.flatMap((group) =>
        group.places.map((place) =>
          make('place', place.key, place.icon, place.label, `${place.words} ${group.label}`, go(place.to)),
        ),
      ),
      ...nouns
        .filter((noun) => !inMenu.has(noun.type))
        .map((noun) =>
          make(
            'place',
            noun.type,
            iconOf(noun.icon ?? noun.singular),
            labelOf(noun.labels, noun.type),
            `${noun.type} ${everyLabel(noun.labels)}`,
            go(`/${noun.type}`),
          ),
        ),
      make('place', 'api', 'link', t('palette.api'), 'api openapi curl developer jiekou 接口', go('/api')),
      ...(words.ready && me.functions.length > 0
        ? allowed(adminEntries, may).map((entry) =>
            make(
              'place',
              `admin-${entry.name}`,
              entry.icon,
              words.t(`pages.${entry.name}.title`),
              `${words.t(`pages.${entry.name}.words`)} ${entry.path} shezhi`,
              go(addressOf(entry)),
            ),
          )
        : []),
      make(
        'action',
        'theme',
        dark ? 'sun' : 'moon',
        dark ? t('palette.toLight') : t('palette.toDark'),
        'theme dark light shense qianse',
        () => prefer({ theme: dark ? 'light' : 'dark' }),
      ),
      make('action', 'help', 'help', t('help.title'), 'help keyboard shortcuts kuaijiejian bangzhu', openHelp),
      make('action', 'sign-out', 'signOut', t('shell.signOut'), 'sign out logout tuichu', () => void signOut()),
    ];
  }, [t, words, me.functions.length, may, prefer, signOut, nouns, places, navigate]);
}
