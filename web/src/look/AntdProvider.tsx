import { App, ConfigProvider, theme } from 'antd';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import 'dayjs/locale/zh-tw';
import en from 'antd/locale/en_US';
import zhHans from 'antd/locale/zh_CN';
import zhHant from 'antd/locale/zh_TW';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { languageOf } from '../language';
import { onTheme, shownTheme } from './theme';

const locales = { 'zh-Hans': zhHans, 'zh-Hant': zhHant, en };
const days = { 'zh-Hans': 'zh-cn', 'zh-Hant': 'zh-tw', en: 'en' };

/** The request's own nonce: antd writes its styles at run time and the policy allows only those that carry it. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';

const light = {
  colorPrimary: '#1D5FA8',
  colorLink: '#1D5FA8',
  colorError: '#B23A2E',
  colorSuccess: '#1B6E3C',
  colorWarning: '#8A5A00',
  colorText: '#1B1F24',
  colorTextSecondary: '#5A6270',
  colorTextDescription: '#5A6270',
  colorTextPlaceholder: '#6B7280',
  colorBorder: '#8C93A0',
  colorBorderSecondary: '#E3E1DC',
  colorBgLayout: '#F6F5F2',
  colorBgContainer: '#FFFFFF',
  colorBgElevated: '#FFFFFF',
};

const dark = {
  colorPrimary: '#7FB2F0',
  colorLink: '#7FB2F0',
  colorTextLightSolid: '#0B1A2C',
  colorError: '#FF8A80',
  colorSuccess: '#6FCF97',
  colorWarning: '#F2B84B',
  colorText: '#E6E8EB',
  colorTextSecondary: '#A3ABB7',
  colorTextDescription: '#A3ABB7',
  colorTextPlaceholder: '#8A93A0',
  colorBorder: '#6B7480',
  colorBorderSecondary: '#2A2F36',
  colorBgLayout: '#0F1215',
  colorBgContainer: '#14171B',
  colorBgElevated: '#1D2127',
};

/** Everything drawn with antd stands inside this; it carries the tokens of look.md and the user's language. */
export default function AntdProvider({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  const shown = useSyncExternalStore(onTheme, shownTheme);
  const language = languageOf(i18n.language);
  dayjs.locale(days[language]);
  return (
    <ConfigProvider
      locale={locales[language]}
      csp={{ nonce }}
      button={{ autoInsertSpace: false }}
      theme={{
        cssVar: { key: 'guanxi' },
        algorithm: shown === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: {
          ...(shown === 'dark' ? dark : light),
          fontFamily: 'var(--font)',
          fontSize: 14,
          borderRadius: 6,
          motionDurationFast: '0.08s',
          motionDurationMid: '0.12s',
          motionDurationSlow: '0.12s',
          motion: typeof matchMedia === 'function' ? !matchMedia('(prefers-reduced-motion: reduce)').matches : false,
          boxShadow: 'var(--shadow)',
          controlHeight: 32,
        },
      }}
    >
      <App component={false}>{children}</App>
    </ConfigProvider>
  );
}
