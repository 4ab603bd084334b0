import { useTranslation } from 'react-i18next';
import { put } from '../api/client';
import { Button, Labelled, Segmented, TextInput } from '../look/parts';
import { openForm } from '../shell/forms';
import { RecordTable } from './RecordTable';
import { SettingsFrame } from './SettingsFrame';
import { useSettings } from './useSettings';

type Rule = 'off' | 'warn' | 'approve' | 'block';
interface Guard {
  rule: Rule;
  days: number;
}

const rules: readonly Rule[] = ['off', 'warn', 'approve', 'block'];

/** Who may give how much, and what follows when a colleague offered the customer another price. */
export function PricesPage() {
  const { t } = useTranslation('settings');
  const { query, draft, errors, busy, isChanged, change, forget, submit } = useSettings<{ guard: Guard }, Guard>(
    '/quotes/rules',
    (answer) => answer.guard,
    (guard) => put('/quotes/rules', { guard: { rule: guard.rule, days: Number(guard.days) } }),
    t('saved'),
  );
  return (
    <SettingsFrame name="prices" query={query} isChanged={isChanged} busy={busy} onSave={() => void submit()} onForget={forget}>
      {draft && (
        <section className="panel admin-form">
          <h2>{t('guard.title')}</h2>
          <p className="meta">{t('guard.help')}</p>
          <Segmented label={t('guard.title')} value={draft.rule} options={rules.map((value) => ({ value, label: t(`guard.rules.${value}`) }))} onChange={(rule) => change({ rule })} />
          <p>{t(`guard.means.${draft.rule}`)}</p>
          {draft.rule !== 'off' && (
            <Labelled label={t('guard.days')} htmlFor="guard-days" help={t('guard.daysHelp')} error={errors.days?.join(' ')}>
              <TextInput id="guard-days" className="settings-short" type="number" min={1} max={3650} value={draft.days} onChange={(event) => change({ days: Number(event.target.value) })} />
            </Labelled>
          )}
        </section>
      )}
      <section className="panel admin-form">
        <div className="settings-line">
          <h2 className="settings-grow">{t('limits.title')}</h2>
          <Button icon="plus" onClick={() => openForm({ type: 'discount-rules' })}>
            {t('limits.create')}
          </Button>
        </div>
        <p className="meta">{t('limits.help')}</p>
        <RecordTable
          type="discount-rules" columns={['role', 'customerLevel', 'productLine', 'maxDiscount', 'minMargin', 'active']} empty={t('limits.none')}
          blank={{ role: t('limits.everyRole'), customerLevel: t('limits.everyLevel'), productLine: t('limits.everyLine') }}
        />
      </section>
    </SettingsFrame>
  );
}
