import { useTranslation } from 'react-i18next';
import { put } from '../api/client';
import { Button, IconButton, Labelled, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { SettingsFrame } from './SettingsFrame';
import { useSettings, withItem } from './useSettings';

interface Step {
  days: number;
  name: string;
  channel: string;
  text: string;
  nameEn: string | null;
  textEn: string | null;
}
interface Rules {
  buckets: number[];
  lateDays: number;
  dunning: Step[];
}
type Draft = { buckets: string; lateDays: string; dunning: Step[] };

const channels = ['wechat', 'call', 'email', 'letter', 'visit'] as const;
const sample = { customer: '武汉海明智业', number: 'FP-0012', amount: '¥86,400.00', dueOn: '2026-10-20', days: '33' };

/** The text with an example filled in, as the customer would read it. */
export function filled(text: string): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (sample as Record<string, string>)[name] ?? whole);
}

/** What happens so many days after money was due, in whose words; and how the aging is cut. */
export function DunningPage() {
  const { t } = useTranslation('settings');
  const { query, draft, errors, busy, isChanged, change, forget, submit } = useSettings<Rules, Draft>(
    '/receivables/rules',
    (rules) => ({ buckets: rules.buckets.join(', '), lateDays: String(rules.lateDays), dunning: rules.dunning }),
    (rules) =>
      put('/receivables/rules', {
        buckets: rules.buckets.split(/[,，、\s]+/).filter(Boolean).map(Number),
        lateDays: Number(rules.lateDays),
        dunning: rules.dunning.toSorted((a, b) => a.days - b.days),
      }),
    t('saved'),
  );
  const set = (at: number, part: Partial<Step> | null) => draft && change({ dunning: withItem(draft.dunning, at, part) });
  return (
    <SettingsFrame name="dunning" query={query} isChanged={isChanged} busy={busy} onSave={() => void submit()} onForget={forget}>
      {draft && (
        <>
          <section className="panel settings-row">
            <Labelled label={t('dunning.buckets')} htmlFor="buckets" help={t('dunning.bucketsHelp')} error={errors.buckets?.join(' ')}>
              <TextInput id="buckets" value={draft.buckets} onChange={(event) => change({ buckets: event.target.value })} />
            </Labelled>
            <Labelled label={t('dunning.late')} htmlFor="late-days" help={t('dunning.lateHelp')} error={errors.lateDays?.join(' ')}>
              <TextInput id="late-days" type="number" min={0} max={90} value={draft.lateDays} onChange={(event) => change({ lateDays: event.target.value })} />
            </Labelled>
          </section>
          {draft.dunning.map((step, at) => (
            <section key={at} className="panel admin-form" aria-label={step.name}>
              <div className="settings-line">
                <span className="meta">{t('dunning.after')}</span>
                <TextInput className="settings-short" type="number" min={1} max={3650} aria-label={t('dunning.days')} value={step.days} onChange={(event) => set(at, { days: Number(event.target.value) })} />
                <span className="meta">{t('dunning.days')}</span>
                <TextInput className="settings-grow" aria-label={t('dunning.name')} value={step.name} maxLength={60} onChange={(event) => set(at, { name: event.target.value })} />
                <Select label={t('dunning.channel')} value={step.channel} options={channels.map((value) => ({ value: value as string, label: t(`dunning.channels.${value}`) }))} onChange={(channel) => set(at, { channel })} />
                <IconButton icon="trash" size="small" label={t('remove')} onClick={() => set(at, null)} />
              </div>
              <textarea className="text-input admin-lines" aria-label={t('dunning.text')} rows={3} maxLength={4000} value={step.text} onChange={(event) => set(at, { text: event.target.value })} />
              <p className="meta settings-quoted">{filled(step.text)}</p>
              <details>
                <summary>{t('dunning.english')}</summary>
                <div className="settings-parts">
                <TextInput aria-label={t('dunning.nameEn')} placeholder={t('dunning.nameEn')} maxLength={60} value={step.nameEn ?? ''} onChange={(event) => set(at, { nameEn: event.target.value || null })} />
                <textarea className="text-input admin-lines" aria-label={t('dunning.textEn')} placeholder={t('dunning.textEn')} rows={3} maxLength={4000} value={step.textEn ?? ''} onChange={(event) => set(at, { textEn: event.target.value || null })} />
                </div>
              </details>
            </section>
          ))}
          {errors.dunning && <p className="labelled-error">{errors.dunning.join(' ')}</p>}
          <div className="settings-line">
            <Button icon="plus" onClick={() => change({ dunning: [...draft.dunning, { days: (draft.dunning.at(-1)?.days ?? 0) + 15, name: t('dunning.newName'), channel: 'call', text: t('dunning.newText'), nameEn: null, textEn: null }] })}>
              {t('dunning.add')}
            </Button>
            <span className="meta">{t('dunning.words')}</span>
          </div>
        </>
      )}
    </SettingsFrame>
  );
}
