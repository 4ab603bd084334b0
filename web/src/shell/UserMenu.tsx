import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { sentence } from '../api/problem';
import { useSession } from '../api/session';
import type { Density } from '../api/types';
import { currentLanguage, languageNames, languages } from '../language';
import { Avatar, Button, Segmented } from '../look/parts';
import { Popover } from '../look/popover';
import { chosenTheme, type Theme } from '../look/theme';
import { toast } from '../look/toast';

/** Own language, theme and row height, and the way out. */
export function UserMenu({ anchor, onClose }: { anchor: HTMLElement | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { me, prefer, changeMe, signOut } = useSession();
  const theme = me.preferences.theme ?? chosenTheme();
  return (
    <Popover anchor={anchor} label={me.name} onClose={onClose} side="right" width={300} className="user-menu">
      <header>
        <Avatar name={me.name} size={40} />
        <div>
          <strong>{me.name}</strong>
          <div className="meta">{[me.role?.name, me.team?.name].filter(Boolean).join(' · ')}</div>
        </div>
      </header>
      <div className="user-menu-row">
        <span className="meta">{t('shell.language')}</span>
        <Segmented
          label={t('shell.language')}
          value={currentLanguage()}
          options={languages.map((language) => ({ value: language, label: languageNames[language] }))}
          onChange={(language) =>
            void changeMe({ language }).catch((error: unknown) => toast({ kind: 'error', text: sentence(error) }))
          }
        />
      </div>
      <div className="user-menu-row">
        <span className="meta">{t('shell.theme')}</span>
        <Segmented<Theme>
          label={t('shell.theme')}
          value={theme}
          options={[
            { value: 'light', label: t('shell.light'), icon: 'sun' },
            { value: 'dark', label: t('shell.dark'), icon: 'moon' },
            { value: 'system', label: t('shell.system'), icon: 'screen' },
          ]}
          onChange={(next) => prefer({ theme: next })}
        />
      </div>
      <div className="user-menu-row">
        <span className="meta">{t('shell.density')}</span>
        <Segmented<Density>
          label={t('shell.density')}
          value={me.preferences.density ?? 'normal'}
          options={(['compact', 'normal', 'roomy'] as const).map((value) => ({ value, label: t(`shell.${value}`) }))}
          onChange={(density) => prefer({ density })}
        />
      </div>
      <footer>
        <Link to="/account/security" className="button button-plain" onClick={onClose}>
          {t('shell.security')}
        </Link>
        <Button icon="signOut" onClick={() => void signOut()}>
          {t('shell.signOut')}
        </Button>
      </footer>
    </Popover>
  );
}
