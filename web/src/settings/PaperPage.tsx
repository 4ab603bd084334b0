import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { address, post, put } from '../api/client';
import { sentence } from '../api/problem';
import { Button, IconButton, Labelled, Segmented, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { FieldChips } from '../processes/FieldChips';
import { SettingsFrame } from './SettingsFrame';
import { useSettings } from './useSettings';

interface Words {
  title: string;
  opening: string;
  terms: string;
  closing: string;
  footer: string;
  columns: string[];
}
interface Template {
  chinese: Words;
  english: Words;
  companyLines: string;
  companyEnglish: string;
  companyLinesEnglish: string;
}
interface Answer {
  template: Template;
  columns: string[];
  logo: string | null;
}
type Draft = { template: Template; logo: string | null };

const texts = ['opening', 'terms', 'closing'] as const;
const largestLogo = 400_000;

/** The words, logo and columns of printed quotes, with the page they make beside them. */
export function PaperPage() {
  const { t } = useTranslation('settings');
  const [language, setLanguage] = useState<'zh-Hans' | 'en'>('zh-Hans');
  const file = useRef<HTMLInputElement>(null);
  const { query, draft, errors, busy, isChanged, change, forget, submit } = useSettings<Answer, Draft>(
    '/quotes/rules',
    ({ template, logo }) => ({ template, logo }),
    (rules) => put('/quotes/rules', rules),
    t('saved'),
  );
  const side = language === 'en' ? 'english' : 'chinese';
  const words = draft?.template[side];
  const set = (part: Partial<Words>) => draft && words && change({ template: { ...draft.template, [side]: { ...words, ...part } } });
  const pick = async (picked: File | undefined) => {
    if (!picked) return;
    if (picked.size > largestLogo) return void toast({ text: t('paper.tooLarge'), kind: 'error' });
    const bytes = new Uint8Array(await picked.arrayBuffer());
    change({ logo: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) });
  };
  return (
    <SettingsFrame name="paper" query={query} isChanged={isChanged} busy={busy} onSave={() => void submit()} onForget={forget}>
      {draft && words && query.data && (
        <div className="settings-split">
          <div className="settings-parts">
            <section className="panel admin-form">
              <Labelled label={t('paper.logo')} htmlFor="paper-logo" help={t('paper.logoHelp')} error={errors.logo?.join(' ')}>
                <div className="settings-line">
                  {draft.logo && <img className="settings-logo" alt={t('paper.logo')} src={`data:image/${draft.logo.startsWith('/9j/') ? 'jpeg' : 'png'};base64,${draft.logo}`} />}
                  <Button id="paper-logo" icon="upload" onClick={() => file.current?.click()}>
                    {t('paper.choose')}
                  </Button>
                  {draft.logo && <IconButton icon="close" label={t('remove')} onClick={() => change({ logo: null })} />}
                  <input ref={file} type="file" hidden accept="image/png,image/jpeg" onChange={(event) => void pick(event.target.files?.[0])} />
                </div>
              </Labelled>
              <Labelled label={t('paper.companyLines')} htmlFor="paper-lines" help={t('paper.companyLinesHelp')}>
                <textarea id="paper-lines" className="text-input admin-lines" rows={3} value={draft.template.companyLines} onChange={(event) => change({ template: { ...draft.template, companyLines: event.target.value } })} />
              </Labelled>
              <Labelled label={t('paper.companyEnglish')} htmlFor="paper-english" help={t('paper.companyEnglishHelp')}>
                <TextInput id="paper-english" maxLength={200} value={draft.template.companyEnglish} onChange={(event) => change({ template: { ...draft.template, companyEnglish: event.target.value } })} />
              </Labelled>
              <Labelled label={t('paper.companyLinesEnglish')} htmlFor="paper-lines-english" help={t('paper.companyEnglishHelp')}>
                <textarea id="paper-lines-english" className="text-input admin-lines" rows={3} value={draft.template.companyLinesEnglish} onChange={(event) => change({ template: { ...draft.template, companyLinesEnglish: event.target.value } })} />
              </Labelled>
            </section>
            <section className="panel admin-form">
              <Segmented
                label={t('paper.language')}
                value={language}
                options={[
                  { value: 'zh-Hans', label: t('paper.chinese') },
                  { value: 'en', label: 'English' },
                ]}
                onChange={setLanguage}
              />
              <Labelled label={t('paper.title')} htmlFor="paper-title">
                <TextInput id="paper-title" value={words.title} onChange={(event) => set({ title: event.target.value })} />
              </Labelled>
              {texts.map((name) => (
                <Labelled key={name} label={t(`paper.${name}`)} htmlFor={`paper-${name}`}>
                  <textarea id={`paper-${name}`} className="text-input admin-lines" rows={3} value={words[name]} onChange={(event) => set({ [name]: event.target.value })} />
                </Labelled>
              ))}
              <Labelled label={t('paper.footer')} htmlFor="paper-footer" help={t('paper.placeholders')}>
                <TextInput id="paper-footer" value={words.footer} onChange={(event) => set({ footer: event.target.value })} />
              </Labelled>
              <FieldChips label={t('paper.columns')} fields={query.data.columns.map((name) => ({ name, label: t(`paper.column.${name}`) }))} chosen={words.columns} onChange={(columns) => set({ columns })} />
              {errors.columns && <p className="labelled-error">{errors.columns.join(' ')}</p>}
            </section>
          </div>
          <Preview draft={draft} language={language} />
        </div>
      )}
    </SettingsFrame>
  );
}

/** Drawn by the server from the same strokes as the PDF, so that a phone shows it too. */
function Preview({ draft, language }: { draft: Draft; language: string }) {
  const { t } = useTranslation('settings');
  const asked = useDeferredValue(JSON.stringify(draft));
  const preview = useQuery({
    queryKey: ['quotes', 'paper', language, asked],
    queryFn: ({ signal }) => post<{ pages: string[] }>('/quotes/rules:preview', JSON.parse(asked), { signal, query: { as: 'pages', language } }),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  const open = async () => {
    const answer = await fetch(address('/quotes/rules:preview', { language }), { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Guanxi': '1' }, body: asked });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await answer.blob());
    link.download = 'quote.pdf';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <aside className="settings-paper">
      <div className="settings-line">
        <h2 className="settings-grow">{t('paper.preview')}</h2>
        <Button icon="export" disabled={!preview.data} onClick={() => void open()}>
          PDF
        </Button>
      </div>
      {preview.isError && <p className="labelled-error">{sentence(preview.error)}</p>}
      {preview.data?.pages.map((page, at) => <img key={at} alt={t('paper.page', { number: at + 1 })} src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(page)}`} />)}
    </aside>
  );
}
