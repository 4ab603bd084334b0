import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field } from '../../api/types';
import { labelOf } from '../../language';
import { Icon } from '../../look/icons';
import { Button, TextInput } from '../../look/parts';
import { Popover, useAnchor } from '../../look/popover';
import {
  changeDraft,
  countConditions,
  type Draft,
  draftCondition,
  type DraftGroup,
  draftGroup,
  draftOf,
  textOf,
} from './draft';
import { type Behaviours, useBehaviours } from './behaviours';
import { ConditionEditor } from './ConditionEditor';
import { operatorsOf, wordsField } from './operators';
import { FilterBuilder } from './FilterBuilder';
import { useReferenceNames } from './referenceNames';
import { draftWords } from './words';
import './filter.css';

interface FilterBarProps {
  fields: readonly Field[];
  /** The noun that is filtered: what belongs to its records can be asked about too. */
  type?: string;
  filter: string;
  onChange: (filter: string) => void;
  /** After the chips: what else narrows or orders the list. */
  children?: ReactNode;
  /** Opens the builder from elsewhere, such as a key. */
  builderAnchor: ReturnType<typeof useAnchor>;
  /** A field asked for from elsewhere, such as a column's menu: its condition opens at once. */
  wanted?: Field | null;
  onWanted?: () => void;
}

/** The filter as chips, one a condition; a chip opens its condition, the button opens the whole builder. */
export function FilterBar({ fields, type, filter, onChange, children, builderAnchor, wanted, onWanted }: FilterBarProps) {
  const { t } = useTranslation();
  const usable = useMemo(
    () => [
      ...fields.filter((field) => field.filterable && !field.retired && operatorsOf(field).length > 0),
      wordsField,
    ],
    [fields],
  );
  const behaviours = useBehaviours(type);
  const { draft, broken } = useMemo(() => read(filter, usable, behaviours), [filter, usable, behaviours]);
  const nameOf = useReferenceNames(draft);
  const adding = useAnchor();
  const [fresh, setFresh] = useState<{ draft: Draft; anchor: HTMLElement } | null>(null);
  const builder = builderAnchor;
  const openButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!wanted || !openButton.current) return;
    setFresh({ draft: draftCondition(wanted), anchor: openButton.current });
    onWanted?.();
  }, [wanted, onWanted]);
  const count = countConditions(draft);
  // A lone OR group reads as one sentence; cut into chips it would look like AND.
  const chips: Draft[] = draft.children.length > 1 && draft.join === 'or' ? [draft] : draft.children;

  const replace = (key: string, next: Draft | null) =>
    onChange(textOf(key === draft.key ? asGroup(next) : changeDraft(draft, key, () => next)));

  return (
    <div className="filter-bar">
      <Button
        icon="filter"
        ref={openButton}
        className="filter-open"
        aria-haspopup="dialog"
        aria-expanded={builder.isOpen}
        onClick={(event) => builder.open(event.currentTarget)}
      >
        {t('filter.title')}
        {count > 0 && <span className="filter-count">{count}</span>}
      </Button>
      {broken && (
        <span className="filter-chip filter-broken">
          <span className="ellipsis">{t('filter.broken', { text: filter })}</span>
          <button type="button" aria-label={t('filter.clear')} onClick={() => onChange('')}>
            <Icon name="close" size={14} />
          </button>
        </span>
      )}
      {chips.map((chip, index) => (
        <FilterChip
          key={index}
          chip={chip}
          words={draftWords(chip, nameOf)}
          fields={usable}
          onChange={(next) => replace(chip.key, next)}
          onOpenBuilder={builder.open}
        />
      ))}
      <Button
        kind="ghost"
        icon="plus"
        className="filter-add-chip"
        aria-label={t('filter.add')}
        aria-haspopup="listbox"
        aria-expanded={adding.isOpen}
        onClick={(event) => adding.open(event.currentTarget)}
      >
        <span className="wide-word">{t('filter.add')}</span>
      </Button>
      {children}
      {adding.isOpen && (
        <FieldMenu
          anchor={adding.anchor}
          fields={usable}
          onClose={adding.close}
          onPick={(field) => {
            const anchor = adding.anchor!;
            adding.close();
            setFresh({ draft: draftCondition(field), anchor });
          }}
        />
      )}
      {fresh?.draft.kind === 'condition' && (
        <Popover anchor={fresh.anchor} label={t('filter.add')} width={320} onClose={() => setFresh(null)}>
          <OneCondition
            fields={usable}
            condition={fresh.draft}
            onChange={(next) => {
              setFresh({ ...fresh, draft: next });
              const others = draft.children.filter(
                (child) =>
                  child.key !== next.key &&
                  textOf(draftGroup('and', [child])) !== textOf(draftGroup('and', [fresh.draft])),
              );
              onChange(
                textOf(
                  draft.join === 'or' && draft.children.length > 1
                    ? draftGroup('and', [draft, next])
                    : { ...draft, join: 'and', children: [...others, next] },
                ),
              );
            }}
            onClose={() => setFresh(null)}
          />
        </Popover>
      )}
      {builder.isOpen && (
        <Popover anchor={builder.anchor} label={t('filter.title')} width={680} onClose={builder.close}>
          <FilterBuilder
            fields={usable}
            behaviours={behaviours}
            filter={filter}
            onChange={onChange}
            onClose={builder.close}
          />
        </Popover>
      )}
    </div>
  );
}

const asGroup = (draft: Draft | null): DraftGroup =>
  draft === null ? draftGroup() : draft.kind === 'group' ? draft : draftGroup('and', [draft]);

function read(
  filter: string,
  fields: readonly Field[],
  behaviours: Behaviours,
): { draft: DraftGroup; broken: boolean } {
  try {
    return { draft: draftOf(filter, fields, behaviours), broken: false };
  } catch {
    return { draft: draftGroup(), broken: true };
  }
}

interface FilterChipProps {
  chip: Draft;
  words: string;
  fields: readonly Field[];
  onChange: (draft: Draft | null) => void;
  onOpenBuilder: (anchor: HTMLElement) => void;
}

function FilterChip({ chip, words, fields, onChange, onOpenBuilder }: FilterChipProps) {
  const { t } = useTranslation();
  const editing = useAnchor();
  const [local, setLocal] = useState<Draft>(chip);
  const open = (anchor: HTMLElement) => {
    if (chip.kind !== 'condition') onOpenBuilder(anchor);
    else {
      setLocal(chip);
      editing.open(anchor);
    }
  };
  return (
    <span className="filter-chip">
      <button
        type="button"
        className="ellipsis"
        title={words}
        aria-haspopup="dialog"
        aria-expanded={editing.isOpen}
        onClick={(event) => open(event.currentTarget)}
      >
        {words}
      </button>
      <button type="button" aria-label={`${t('filter.remove')}: ${words}`} onClick={() => onChange(null)}>
        <Icon name="close" size={14} />
      </button>
      {editing.isOpen && local.kind === 'condition' && (
        <Popover anchor={editing.anchor} label={words} width={320} onClose={editing.close}>
          <OneCondition
            fields={fields}
            condition={local}
            onChange={(next) => {
              setLocal(next);
              onChange({ ...next, key: chip.key });
            }}
            onClose={editing.close}
          />
        </Popover>
      )}
    </span>
  );
}

interface OneConditionProps {
  fields: readonly Field[];
  condition: Extract<Draft, { kind: 'condition' }>;
  onChange: (condition: Extract<Draft, { kind: 'condition' }>) => void;
  onClose: () => void;
}

function OneCondition({ fields, condition, onChange, onClose }: OneConditionProps) {
  const { t } = useTranslation();
  return (
    <form
      className="filter-one"
      onSubmit={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <ConditionEditor fields={fields} condition={condition} onChange={onChange} autoFocus />
      <footer>
        <Button kind="primary" type="submit">
          {t('filter.done')}
        </Button>
      </footer>
    </form>
  );
}

interface FieldMenuProps {
  anchor: HTMLElement | null;
  fields: readonly Field[];
  onPick: (field: Field) => void;
  onClose: () => void;
}

/** A field by its name, typed or looked for. */
export function FieldMenu({ anchor, fields, onPick, onClose }: FieldMenuProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const needle = typed.trim().toLowerCase();
  const found = fields.filter((field) =>
    `${Object.values(field.labels).join(' ')} ${field.name}`.toLowerCase().includes(needle),
  );
  return (
    <Popover anchor={anchor} label={t('filter.field')} width={240} onClose={onClose} className="field-menu menu">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (found[0]) onPick(found[0]);
        }}
      >
        <TextInput
          aria-label={t('filter.findField')}
          placeholder={t('filter.findField')}
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
      <div className="field-menu-list">
        {found.map((field) => (
          <button key={field.name} type="button" onClick={() => onPick(field)}>
            <span className="ellipsis">{labelOf(field.labels, field.name)}</span>
          </button>
        ))}
        {found.length === 0 && <p className="meta field-menu-none">{t('filter.nothingFound')}</p>}
      </div>
    </Popover>
  );
}
