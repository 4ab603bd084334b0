import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../look/Dialog';
import { Button } from '../look/parts';
import { ReferencePicker } from '../look/ReferencePicker';
import { type Approval, earlierSteps } from './approvals';

interface DecisionDialogProps {
  approval: Approval;
  verb: Approval['may'][number];
  busy: boolean;
  onSubmit: (body: Record<string, unknown>) => void;
  onClose: () => void;
}

/** The word that goes with a decision, and where it goes to. */
export function DecisionDialog({ approval, verb, busy, onSubmit, onClose }: DecisionDialogProps) {
  const { t } = useTranslation('approvals');
  const [comment, setComment] = useState('');
  const [to, setTo] = useState('');
  const [place, setPlace] = useState('before');
  const [user, setUser] = useState<{ id: string; name: string } | null>(null);
  const needed = verb === 'reject' || verb === 'send-back';
  const steps = earlierSteps(approval);
  const complete = (!needed || comment.trim() !== '') && (verb !== 'add-signer' || user !== null);
  const submit = () =>
    onSubmit({
      ...(comment.trim() && { [verb === 'resubmit' ? 'reason' : 'comment']: comment.trim() }),
      ...(verb === 'send-back' && to && { to }),
      ...(verb === 'add-signer' && user && { user: user.id, place }),
    });
  return (
    <Dialog
      title={t(`act.${verb}`)}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind={verb === 'reject' ? 'danger' : 'primary'} busy={busy} disabled={!complete} onClick={submit}>
            {t(`act.${verb}`)}
          </Button>
        </>
      }
    >
      <div className="approval-form">
        {verb === 'send-back' && (
          <label>
            <span>{t('backTo')}</span>
            <select className="text-input" value={to} onChange={(event) => setTo(event.target.value)}>
              <option value="">{t('submitter', { name: approval.submittedBy?.name })}</option>
              {steps.map((step) => (
                <option key={step.key} value={step.key}>
                  {step.name}
                </option>
              ))}
            </select>
          </label>
        )}
        {verb === 'add-signer' && (
          <>
            <label>
              <span>{t('place')}</span>
              <select className="text-input" value={place} onChange={(event) => setPlace(event.target.value)}>
                <option value="before">{t('before')}</option>
                <option value="after">{t('after')}</option>
              </select>
            </label>
            <ReferencePicker
              type="users"
              label={t('whom')}
              single
              selected={user ? [user.id] : []}
              onToggle={(id, name) => setUser(user?.id === id ? null : { id, name })}
            />
          </>
        )}
        <label>
          <span>{t(needed ? 'commentNeeded' : 'comment')}</span>
          <textarea
            className="text-input"
            rows={3}
            maxLength={4000}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
            data-autofocus
          />
        </label>
      </div>
    </Dialog>
  );
}
