import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch, post } from '../api/client';
import { Problem, sentence } from '../api/problem';
import { useRecordTypes } from '../api/queries';
import type { FieldKind, Labels, RecordType } from '../api/types';
import { labelOf, languageNames, languages } from '../language';
import { Select } from '../look/Select';
import { hasCommandKey, isComposing } from '../look/keys';
import { Button, Checkbox, Labelled, TextInput } from '../look/parts';
import { toast } from '../look/toast';
import { SideDrawer } from '../records/form/SideDrawer';
import { ChoicesEditor } from './ChoicesEditor';
import { blankDefinition, customKinds, definitionOf, type FieldDefinition, isName, nameFrom } from './fieldDefinition';
import type { AdminField } from './FieldsPage';

interface FieldEditorProps {
  recordType: RecordType;
  /** Null for a new one. */
  field: AdminField | null;
  onSaved: () => void;
  onClose: () => void;
}

/** A custom field: label in three languages, kind, choices with colours, help. The kind and the name stay once it exists. */
export function FieldEditor({ recordType, field, onSaved, onClose }: FieldEditorProps) {
  const { t } = useTranslation('admin');
  const [definition, setDefinition] = useState<FieldDefinition>(() => (field ? definitionOf(field) : blankDefinition));
  const [ownName, setOwnName] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [general, setGeneral] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const types = useRecordTypes().data ?? [];
  const taken = new Set(recordType.fields.map(({ name }) => name));
  const name = field ? field.name : ownName || nameFrom(definition.labels, taken);
  const change = (part: Partial<FieldDefinition>) => {
    setDefinition((old) => ({ ...old, ...part }));
    setErrors({});
  };
  const label = (which: 'labels' | 'help', language: keyof Labels, text: string) =>
    change({ [which]: { ...definition[which], [language]: text || undefined } } as Partial<FieldDefinition>);
  const hasChoices = definition.kind === 'choice' || definition.kind === 'choices';

  const save = async () => {
    if (!Object.values(definition.labels).some((text) => text?.trim())) {
      setErrors({ labels: t('fields.labelNeeded') });
      return;
    }
    if (!field && !isName(name)) {
      setErrors({ name: t('fields.nameRule') });
      return;
    }
    setBusy(true);
    setGeneral(null);
    const body = {
      labels: definition.labels,
      help: definition.help && Object.values(definition.help).some(Boolean) ? definition.help : null,
      required: definition.required,
      section: definition.section,
      sensitive: definition.sensitive,
      mask: definition.mask,
      ...(hasChoices && { choices: definition.choices ?? [] }),
      ...(definition.kind === 'reference' && { reference: definition.reference }),
      ...(definition.kind === 'formula' && { formula: definition.formula }),
    };
    try {
      const path = `/record-types/${recordType.type}/fields`;
      await (field ? patch(`${path}/${field.name}`, body) : post(path, { ...body, name, kind: definition.kind }));
      toast({ text: t(field ? 'fields.saved' : 'fields.added', { label: labelOf(definition.labels, name) }) });
      onSaved();
    } catch (error) {
      if (error instanceof Problem && Object.keys(error.errors).length > 0)
        setErrors(
          Object.fromEntries(
            Object.entries(error.errors).map(([key, sentences]) => [key.split(/[.[]/)[0]!, sentences.join(' ')]),
          ),
        );
      else setGeneral(sentence(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <SideDrawer
      size={560}
      title={
        field
          ? t('fields.edit', { label: labelOf(field.labels, field.name) })
          : t('fields.new', { noun: labelOf(recordType.singularLabels, recordType.singular) })
      }
      onClose={onClose}
      footer={
        <div className="record-form-footer">
          <span className="meta">{t('fields.atOnce')}</span>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" busy={busy} onClick={() => void save()}>
            {t('save')}
          </Button>
        </div>
      }
    >
      <div
        className="admin-form"
        onKeyDown={(event) => {
          if (event.key === 'Enter' && hasCommandKey(event) && !isComposing(event)) void save();
        }}
      >
        {general && (
          <p className="record-notice" data-kind="error" role="alert">
            {general}
          </p>
        )}
        {languages.map((language, index) => (
          <Labelled
            key={language}
            label={t('fields.labelIn', { language: languageNames[language] })}
            htmlFor={`label-${language}`}
            error={index === 0 ? errors.labels : null}
            help={index === 0 ? undefined : t('fields.labelOptional')}
          >
            <TextInput
              id={`label-${language}`}
              autoFocus={index === 0}
              lang={language}
              maxLength={60}
              value={definition.labels[language] ?? ''}
              onChange={(event) => label('labels', language, event.target.value)}
            />
          </Labelled>
        ))}
        <Labelled
          label={t('fields.kind')}
          htmlFor="field-kind"
          error={errors.kind}
          help={t(`kindHelp.${definition.kind}`, { defaultValue: '' })}
        >
          <Select
            id="field-kind"
            label={t('fields.kind')}
            value={definition.kind}
            disabled={field !== null}
            options={customKinds.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
            onChange={(value) => change({ kind: value as FieldKind })}
          />
        </Labelled>
        <Labelled
          label={t('fields.name')}
          htmlFor="field-name"
          error={errors.name}
          help={field ? t('fields.nameFixed') : t('fields.nameHelp')}
        >
          <TextInput
            id="field-name"
            value={name}
            disabled={field !== null}
            spellCheck={false}
            maxLength={40}
            onChange={(event) => setOwnName(event.target.value)}
          />
        </Labelled>
        {hasChoices && (
          <ChoicesEditor
            choices={definition.choices ?? []}
            isNew={field === null}
            error={errors.choices}
            onChange={(choices) => change({ choices })}
          />
        )}
        {definition.kind === 'reference' && (
          <Labelled label={t('fields.refersTo')} htmlFor="field-reference" error={errors.reference}>
            <Select
              id="field-reference"
              label={t('fields.refersTo')}
              value={definition.reference ?? ''}
              options={[
                { value: '', label: t('fields.choose') },
                ...types.map((type) => ({ value: type.type, label: labelOf(type.labels, type.type) })),
              ]}
              onChange={(value) => change({ reference: value || null })}
            />
          </Labelled>
        )}
        {definition.kind === 'formula' && (
          <Labelled
            label={t('fields.formula')}
            htmlFor="field-formula"
            error={errors.formula}
            help={t('fields.formulaHelp')}
          >
            <textarea
              id="field-formula"
              className="text-input admin-formula"
              spellCheck={false}
              value={definition.formula ?? ''}
              onChange={(event) => change({ formula: event.target.value })}
            />
          </Labelled>
        )}
        {recordType.sections.length > 0 && (
          <Labelled label={t('fields.section')} htmlFor="field-section">
            <Select
              id="field-section"
              label={t('fields.section')}
              value={definition.section ?? 'custom'}
              options={[
                ...(recordType.sections.every(({ name: section }) => section !== 'custom')
                  ? [{ value: 'custom', label: t('fields.customSection') }]
                  : []),
                ...recordType.sections.map((section) => ({
                  value: section.name,
                  label: labelOf(section.labels, section.name),
                })),
              ]}
              onChange={(value) => change({ section: value })}
            />
          </Labelled>
        )}
        {definition.kind !== 'formula' && (
          <Checkbox
            label={t('fields.isRequired')}
            checked={definition.required}
            onChange={(event) => change({ required: event.target.checked })}
          />
        )}
        <Checkbox
          label={t('fields.isSensitive')}
          checked={definition.sensitive}
          onChange={(event) => change({ sensitive: event.target.checked })}
        />
        {definition.sensitive && (definition.kind === 'text' || definition.kind === 'longText') && (
          <Labelled label={t('fields.mask')} htmlFor="field-mask" error={errors.mask}>
            <Select
              id="field-mask"
              label={t('fields.mask')}
              value={definition.mask}
              options={(['usual', 'identifier', 'account'] as const).map((mask) => ({
                value: mask,
                label: t(`fields.masks.${mask}`),
              }))}
              onChange={(value) => change({ mask: value as FieldDefinition['mask'] })}
            />
          </Labelled>
        )}
        {languages.map((language) => (
          <Labelled
            key={language}
            label={t('fields.helpIn', { language: languageNames[language] })}
            htmlFor={`help-${language}`}
          >
            <TextInput
              id={`help-${language}`}
              lang={language}
              maxLength={200}
              value={definition.help?.[language] ?? ''}
              onChange={(event) => label('help', language, event.target.value)}
            />
          </Labelled>
        ))}
      </div>
    </SideDrawer>
  );
}
