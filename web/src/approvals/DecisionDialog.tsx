import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../look/Dialog';
import { Button } from '../look/parts';
import { Select } from '../look/Select';
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
            <Select
              label={t('backTo')}
              value={to}
              options={[
                { value: '', label: t('submitter', { name: approval.submittedBy?.name }) },
                ...steps.map((step) => ({ value: step.key, label: step.name })),
              ]}
              onChange={setTo}
            />
          </label>
        )}
        {verb === 'add-signer' && (
          <>
            <label>
              <span>{t('place')}</span>
              <Select
                label={t('place')}
                value={place}
                options={(['before', 'after'] as const).map((value) => ({ value, label: t(value) }))}
                onChange={setPlace}
              />
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
