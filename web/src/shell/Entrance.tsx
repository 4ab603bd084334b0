import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage, languageNames, languages, setLanguage } from '../language';
import { Mark } from '../look/Mark';
import './shell.css';
import './entrance.css';

/** The page before the product: the seal on paper, a form beside it. */
export function Entrance({
  title,
  intro,
  children,
  wide,
}: {
  title: string;
  intro: string;
  children: ReactNode;
  wide?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <div className="entrance">
      <aside className="entrance-side" aria-hidden="true">
        <Mark size={96} />
        <p className="entrance-motto">{t('signIn.motto')}</p>
        <p className="entrance-sub">{t('signIn.mottoSub')}</p>
      </aside>
      <main className="entrance-main">
        <div className={wide ? 'entrance-box entrance-box-wide' : 'entrance-box'}>
          <div className="entrance-mark">
            <Mark size={40} />
          </div>
          <h1>{title}</h1>
          <p className="entrance-intro">{intro}</p>
          {children}
        </div>
        <nav className="entrance-languages" aria-label={t('shell.language')}>
          {languages.map((language) => (
            <button
              key={language}
              type="button"
              lang={language}
              aria-current={language === currentLanguage()}
              onClick={() => void setLanguage(language)}
            >
              {languageNames[language]}
            </button>
          ))}
        </nav>
      </main>
    </div>
  );
}
