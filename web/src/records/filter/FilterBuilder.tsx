import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field } from '../../api/types';
import { Button, Checkbox, IconButton, Segmented } from '../../look/parts';
import { labelOf } from '../../language';
import { Menu, useAnchor } from '../../look/popover';
import { BehaviourEditor } from './BehaviourEditor';
import { type Behaviours, presets } from './behaviours';
import { ConditionEditor } from './ConditionEditor';
import { type Draft, draftBehaviour, draftCondition, type DraftGroup, draftGroup, draftOf, textOf } from './draft';
import { FilterSyntax, write } from './filter';
import './filter.css';

interface FilterBuilderProps {
  fields: readonly Field[];
  behaviours?: Behaviours;
  filter: string;
  onChange: (filter: string) => void;
  /** Without it the builder stands on a page and has no button to leave it. */
  onClose?: () => void;
}

/** The whole filter with its nested groups; every complete change filters at once. */
export function FilterBuilder({ fields, behaviours = [], filter, onChange, onClose }: FilterBuilderProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<DraftGroup>(() => {
    const read = safely(filter, fields, behaviours);
    return read && read.children.length > 0 ? read : draftGroup('and', fields[0] ? [draftCondition(fields[0])] : []);
  });
  const [text, setText] = useState<string | null>(() => (safely(filter, fields, behaviours) ? null : filter));
  const [wrong, setWrong] = useState<string | null>(null);

  const change = (next: DraftGroup) => {
    setDraft(next);
    onChange(textOf(next));
  };

  const changeText = (next: string) => {
    setText(next);
    try {
      const read = draftOf(next, fields, behaviours);
      setDraft(read);
      setWrong(null);
      onChange(textOf(read));
    } catch (error) {
      if (!(error instanceof FilterSyntax)) throw error;
      setWrong(t('filter.syntax', { at: error.at + 1 }));
    }
  };

  return (
    <div className="filter-builder">
      <header>
        <h2>{t('filter.title')}</h2>
        <Button kind="ghost" onClick={() => setText(text === null ? textOf(draft) : null)} disabled={wrong !== null}>
          {text === null ? t('filter.asText') : t('filter.asList')}
        </Button>
      </header>
      {text === null ? (
        <GroupEditor group={draft} fields={fields} behaviours={behaviours} onChange={change} root />
      ) : (
        <div className="filter-text">
          <textarea
            className="text-input"
            aria-label={t('filter.textLabel')}
            aria-invalid={wrong !== null}
            spellCheck={false}
            rows={4}
            value={text}
            onChange={(event) => changeText(event.target.value)}
          />
          <p className="labelled-error" role="alert">
            {wrong}
          </p>
        </div>
      )}
      <footer>
        <Button
          kind="ghost"
          onClick={() => {
            setText(null);
            setWrong(null);
            change(draftGroup());
          }}
        >
          {t('filter.clear')}
        </Button>
        {onClose && (
          <Button kind="primary" onClick={onClose}>
            {t('filter.done')}
          </Button>
        )}
      </footer>
    </div>
  );
}

function safely(text: string, fields: readonly Field[], behaviours: Behaviours): DraftGroup | null {
  try {
    return draftOf(text, fields, behaviours);
  } catch (error) {
    if (error instanceof FilterSyntax) return null;
    throw error;
  }
}

interface GroupEditorProps {
  group: DraftGroup;
  fields: readonly Field[];
  behaviours?: Behaviours;
  onChange: (group: DraftGroup) => void;
  onRemove?: () => void;
  root?: boolean;
}

const deepest = 4;

/** Conditions joined by AND or OR, with groups inside. */
export function GroupEditor({
  group,
  fields,
  behaviours = [],
  onChange,
  onRemove,
  root = false,
  depth = 1,
}: GroupEditorProps & { depth?: number }) {
  const { t } = useTranslation();
  const replace = (key: string, next: Draft | null) =>
    onChange({
      ...group,
      children: group.children.flatMap((child) => (child.key === key ? (next ? [next] : []) : [child])),
    });
  const behaving = useAnchor();
  const add = (draft: Draft) => onChange({ ...group, children: [...group.children, draft] });
  return (
    <div
      className={root ? 'filter-group filter-root' : 'filter-group'}
      role="group"
      aria-label={t(group.join === 'and' ? 'filter.all' : 'filter.any')}
    >
      <div className="filter-group-head">
        <Segmented
          label={t('filter.join')}
          value={group.join}
          options={[
            { value: 'and', label: t('filter.all') },
            { value: 'or', label: t('filter.any') },
          ]}
          onChange={(join) => onChange({ ...group, join })}
        />
        {!root && (
          <>
            <Checkbox
              label={t('filter.not')}
              checked={group.negated}
              onChange={(event) => onChange({ ...group, negated: event.target.checked })}
            />
            <IconButton icon="close" size="small" label={t('filter.removeGroup')} onClick={onRemove} />
          </>
        )}
      </div>
      {group.children.map((child) => (
        <div key={child.key} className="filter-line">
          {child.kind === 'group' ? (
            <GroupEditor
              group={child}
              fields={fields}
              behaviours={behaviours}
              depth={depth + 1}
              onChange={(next) => replace(child.key, next)}
              onRemove={() => replace(child.key, null)}
            />
          ) : child.kind === 'behaviour' ? (
            <>
              <BehaviourEditor behaviours={behaviours} draft={child} onChange={(next) => replace(child.key, next)} />
              <IconButton
                icon="close"
                size="small"
                label={t('filter.remove')}
                onClick={() => replace(child.key, null)}
              />
            </>
          ) : child.kind === 'condition' ? (
            <>
              <ConditionEditor fields={fields} condition={child} onChange={(next) => replace(child.key, next)} />
              <IconButton
                icon="close"
                size="small"
                label={t('filter.remove')}
                onClick={() => replace(child.key, null)}
              />
            </>
          ) : (
            <>
              <code className="filter-by-hand">{write(child.condition)}</code>
              <IconButton
                icon="close"
                size="small"
                label={t('filter.remove')}
                onClick={() => replace(child.key, null)}
              />
            </>
          )}
        </div>
      ))}
      <div className="filter-add">
        <Button kind="ghost" icon="plus" onClick={() => fields[0] && add(draftCondition(fields[0]))}>
          {t('filter.addCondition')}
        </Button>
        {behaviours.length > 0 && (
          <Button
            kind="ghost"
            icon="plus"
            aria-haspopup="menu"
            aria-expanded={behaving.isOpen}
            onClick={(event) => behaving.open(event.currentTarget)}
          >
            {t('filter.behaviour.add')}
          </Button>
        )}
        {behaving.isOpen && (
          <Menu
            anchor={behaving.anchor}
            label={t('filter.behaviour.add')}
            width={280}
            onClose={behaving.close}
            items={[
              ...presets(behaviours).map((preset) => ({
                key: preset.key,
                label: t(`filter.behaviour.presets.${preset.key}`),
                onSelect: () => add(preset.draft()),
              })),
              { key: 'line', line: true as const },
              ...behaviours.map((noun) => ({
                key: noun.type,
                label: labelOf(noun.labels, noun.type),
                onSelect: () => add(draftBehaviour(noun)),
              })),
            ]}
          />
        )}
        {depth < deepest && (
          <Button
            kind="ghost"
            icon="plus"
            onClick={() =>
              add(draftGroup(group.join === 'and' ? 'or' : 'and', fields[0] ? [draftCondition(fields[0])] : []))
            }
          >
            {t('filter.addGroup')}
          </Button>
        )}
      </div>
    </div>
  );
}
