import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { currentLanguage, languageNames, languages } from '../language';
import { Dialog } from '../look/Dialog';
import { Button } from '../look/parts';
import { Select } from '../look/Select';
import { toast } from '../look/toast';
import { CopyButton } from '../records/fields/CopyButton';

interface QuoteDialogProps {
  id: string;
  verb: string;
  /** What must be seen before going on. */
  warning?: string;
  onAct: (body: Record<string, unknown>) => void;
  onSent: () => void;
  onClose: () => void;
}

/** What is asked before a step: the reason for an approval, who answered, to whom a link goes. */
export function QuoteDialog({ id, verb, warning, onAct, onSent, onClose }: QuoteDialogProps) {
  const { t } = useTranslation('quotes');
  const [values, setValues] = useState<Record<string, string>>({ days: '14', language: currentLanguage() });
  const [link, setLink] = useState<{ url: string; mailed?: boolean } | null>(null);
  const [busy, setBusy] = useState(false);
  const input = (name: string, type = 'text') => (
    <label key={name}>
      <span>{t(`ask.${name}`)}</span>
      {name === 'reason' || name === 'message' ? (
        <textarea
          className="text-input"
          rows={3}
          maxLength={4000}
          value={values[name] ?? ''}
          onChange={(event) => setValues({ ...values, [name]: event.target.value })}
        />
      ) : (
        <input
          className="text-input"
          type={type}
          value={values[name] ?? ''}
          onChange={(event) => setValues({ ...values, [name]: event.target.value })}
        />
      )}
    </label>
  );

  async function send() {
    setBusy(true);
    try {
      const { receiver, days, language, email, message } = values;
      setLink(
        await post(`/quotes/${id}/links`, {
          ...(receiver && { receiver }),
          ...(days && { days: Number(days) }),
          ...(email && { email }),
          ...(message && { message }),
          language,
        }),
      );
      onSent();
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={t(`act.${verb}`)}
      onClose={onClose}
      footer={
        link ? (
          <Button kind="primary" onClick={onClose}>
            {t('close')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button
              kind="primary"
              busy={busy}
              disabled={verb === 'submit' && !warning && !values.reason?.trim()}
              onClick={() =>
                verb === 'link'
                  ? void send()
                  : onAct({ ...(values.reason && { reason: values.reason }), ...(values.by && { by: values.by }) })
              }
            >
              {t(warning ? 'goOn' : `act.${verb}`)}
            </Button>
          </>
        )
      }
    >
      <div className="approval-form">
        {warning && <p className="quote-warning">{warning}</p>}
        {link ? (
          <>
            <p>{t(link.mailed === undefined ? 'linkMade' : link.mailed ? 'linkMailed' : 'linkNotMailed')}</p>
            <p className="quote-url">
              <span>{link.url}</span>
              <CopyButton text={link.url} label={t('links')} />
            </p>
          </>
        ) : verb === 'link' ? (
          <>
            {input('receiver')}
            {input('days', 'number')}
            <label>
              <span>{t('ask.language')}</span>
              <Select
                label={t('ask.language')}
                value={values.language ?? 'zh-Hans'}
                options={languages.map((value) => ({ value, label: languageNames[value] }))}
                onChange={(language) => setValues({ ...values, language })}
              />
            </label>
            {input('email', 'email')}
            {input('message')}
          </>
        ) : verb === 'accepted' || verb === 'declined' ? (
          input('by')
        ) : (
          verb === 'submit' && input('reason')
        )}
      </div>
    </Dialog>
  );
}
