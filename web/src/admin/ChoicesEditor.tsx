import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Choice } from '../api/types';
import { labelOf, languageNames, languages } from '../language';
import { Button, Chip, IconButton, TextInput } from '../look/parts';
import { chipColors, choicesFromLines, move } from './fieldDefinition';

interface ChoicesEditorProps {
  choices: readonly Choice[];
  isNew: boolean;
  error?: string;
  onChange: (choices: Choice[]) => void;
}

/** The choices of a field: words in three languages, colour, order. A used choice is retired, not deleted. */
export function ChoicesEditor({ choices, isNew, error, onChange }: ChoicesEditorProps) {
  const { t } = useTranslation('admin');
  const [lines, setLines] = useState('');
  const replace = (at: number, part: Partial<Choice>) =>
    onChange(choices.map((choice, index) => (index === at ? { ...choice, ...part } : choice)));
  const add = () => {
    const fresh = choicesFromLines(lines, choices).filter((choice) => !choices.includes(choice));
    onChange([...choices, ...fresh]);
    setLines('');
  };

  return (
    <fieldset className="admin-choices">
      <legend>{t('choices.title')}</legend>
      {error && (
        <p className="labelled-error" role="alert">
          {error}
        </p>
      )}
      <ul>
        {choices.map((choice, index) => {
          const label = labelOf(choice.labels, choice.value);
          return (
            <li key={choice.value} data-off={choice.retired || undefined}>
              <Chip color={choice.color}>{label}</Chip>
              {languages.map((language) => (
                <TextInput
                  key={language}
                  lang={language}
                  aria-label={t('choices.labelIn', { label, language: languageNames[language] })}
                  placeholder={languageNames[language]}
                  value={choice.labels[language] ?? ''}
                  onChange={(event) =>
                    replace(index, { labels: { ...choice.labels, [language]: event.target.value || undefined } })
                  }
                />
              ))}
              <span className="admin-colors" role="radiogroup" aria-label={t('choices.color', { label })}>
                {chipColors.map((color) => (
                  <button
                    key={color}
                    type="button"
                    role="radio"
                    aria-checked={(choice.color ?? 'grey') === color}
                    aria-label={t(`choices.colors.${color}`)}
                    title={t(`choices.colors.${color}`)}
                    className={`admin-color chip-${color}`}
                    onClick={() => replace(index, { color })}
                  />
                ))}
              </span>
              <IconButton
                icon="up"
                size="small"
                label={t('fields.up', { label })}
                disabled={index === 0}
                onClick={() => onChange(move(choices, index, index - 1))}
              />
              <IconButton
                icon="down"
                size="small"
                label={t('fields.down', { label })}
                disabled={index === choices.length - 1}
                onClick={() => onChange(move(choices, index, index + 1))}
              />
              {isNew ? (
                <IconButton
                  icon="close"
                  size="small"
                  label={t('choices.remove', { label })}
                  onClick={() => onChange(choices.filter((other) => other !== choice))}
                />
              ) : (
                <Button kind="ghost" onClick={() => replace(index, { retired: !choice.retired })}>
                  {t(choice.retired ? 'fields.unretire' : 'fields.retire')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <textarea
        className="text-input admin-lines"
        aria-label={t('choices.add')}
        placeholder={t('choices.addHint')}
        value={lines}
        onChange={(event) => setLines(event.target.value)}
      />
      <Button disabled={!lines.trim()} onClick={add}>
        {t('choices.addNow')}
      </Button>
    </fieldset>
  );
}
