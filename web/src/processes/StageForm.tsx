import { useTranslation } from 'react-i18next';
import { Button, Checkbox, Labelled, TextInput } from '../look/parts';
import { Select } from '../look/Select';
import { ConditionForm } from './ConditionForm';
import { type Check, type Condition, type Definition, freshKey, replaced, type Stage } from './process';
import { StepForm } from './StepForm';

interface StageFormProps {
  stage: Stage;
  definition: Definition;
  place: number;
  problems: Check['problems'];
  onChange: (part: Partial<Stage>) => void;
}

/** One stage: what it is worth and how long it takes, what must be so before and after it, and what others owe in it. */
export function StageForm({ stage, definition, place, problems, onChange }: StageFormProps) {
  const { t } = useTranslation('processes');
  const number = (value: string, least: number) => (value === '' ? least : Number(value));
  const problemOf = (part: string) => problems.find((problem) => problem.part === part)?.text;
  const earlier = definition.stages.slice(0, place).flatMap(({ steps }) => steps ?? []);
  const gate = (name: 'entry' | 'exit') => (
    <section aria-label={t(name)}>
      <h3>{t(name)}</h3>
      <p className="meta">{t(`${name}Help`)}</p>
      {(stage[name] ?? []).map((condition, at) => (
        <ConditionForm
          key={condition.key}
          condition={condition}
          steps={name === 'entry' ? earlier : [...earlier, ...(stage.steps ?? [])]}
          problem={problemOf(condition.key)}
          onChange={(part) => onChange({ [name]: replaced(stage[name] ?? [], at, part) })}
        />
      ))}
      <Button
        kind="ghost"
        icon="plus"
        onClick={() =>
          onChange({
            [name]: [...(stage[name] ?? []), { key: freshKey(definition, 'condition'), kind: 'fields', fields: [] } satisfies Condition],
          })
        }
      >
        {t('addCondition')}
      </Button>
    </section>
  );
  return (
    <section className="panel process-form" aria-label={stage.name || t('unnamed')}>
      <div className="process-row">
        <Labelled label={t('stageName')} htmlFor="stage-name">
          <TextInput id="stage-name" maxLength={60} value={stage.name} onChange={(event) => onChange({ name: event.target.value })} />
        </Labelled>
        <Labelled label={t('probability')} htmlFor="stage-probability">
          <TextInput id="stage-probability" type="number" min={0} max={100} value={stage.probability} onChange={(event) => onChange({ probability: number(event.target.value, 0) })} />
        </Labelled>
        <Labelled label={t('days')} htmlFor="stage-days">
          <TextInput id="stage-days" type="number" min={1} max={3650} value={stage.expectedDays ?? 30} onChange={(event) => onChange({ expectedDays: number(event.target.value, 1) })} />
        </Labelled>
        <Labelled label={t('forecast')} htmlFor="stage-forecast">
          <Select
            id="stage-forecast"
            label={t('forecast')}
            value={stage.forecast ?? ''}
            options={['', 'pipeline', 'bestCase', 'commit', 'omitted'].map((value) => ({ value, label: t(`forecasts.${value || 'byChance'}`) }))}
            onChange={(value) => onChange({ forecast: value || undefined })}
          />
        </Labelled>
      </div>
      <Labelled label={t('guidance')} htmlFor="stage-guidance">
        <textarea id="stage-guidance" className="text-input" rows={2} maxLength={2000} value={stage.guidance ?? ''} onChange={(event) => onChange({ guidance: event.target.value })} />
      </Labelled>
      <Checkbox label={t('mayGoBack')} checked={stage.mayGoBack ?? true} onChange={(event) => onChange({ mayGoBack: event.target.checked })} />
      {place > 0 && gate('entry')}
      <section aria-label={t('steps')}>
        <h3>{t('steps')}</h3>
        <p className="meta">{t('stepsHelp')}</p>
        {(stage.steps ?? []).map((step, at) => (
          <StepForm key={step.key} step={step} problem={problemOf(step.key)} onChange={(part) => onChange({ steps: replaced(stage.steps ?? [], at, part) })} />
        ))}
        <Button kind="ghost" icon="plus" onClick={() => onChange({ steps: [...(stage.steps ?? []), { key: freshKey(definition, 'step'), subject: '', hours: 16 }] })}>
          {t('addStep')}
        </Button>
      </section>
      {gate('exit')}
    </section>
  );
}
