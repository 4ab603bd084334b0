import { useTranslation } from 'react-i18next';
import { labelOf } from '../../language';
import { Select } from '../../look/Select';
import { TextInput } from '../../look/parts';
import { type Behaviours, fieldsOf, measureWords } from './behaviours';
import { type DraftBehaviour, draftBehaviour } from './draft';
import { GroupEditor } from './FilterBuilder';

const signs: DraftBehaviour['comparator'][] = ['>=', '<=', '=', '>', '<', '!='];

interface BehaviourEditorProps {
  behaviours: Behaviours;
  draft: DraftBehaviour;
  onChange: (draft: DraftBehaviour) => void;
}

/** Which records that belong to a customer count, and how many there have to be. */
export function BehaviourEditor({ behaviours, draft, onChange }: BehaviourEditorProps) {
  const { t } = useTranslation();
  const { noun } = draft;
  return (
    <div className="filter-behaviour" role="group" aria-label={labelOf(noun.labels, noun.type)}>
      <div className="filter-behaviour-head">
        <Select label={t('filter.behaviour.what')} value={noun.type} options={behaviours.map((candidate) => ({ value: candidate.type, label: labelOf(candidate.labels, candidate.type) }))} onChange={(value) => {
            const next = behaviours.find((candidate) => candidate.type === value);
            if (next) onChange({ ...draftBehaviour(next), key: draft.key });
          }} />
        <Select label={t('filter.behaviour.measure')} value={draft.measure} options={['', ...noun.measures.map((measure) => measure.name)].map((name) => ({ value: name, label: measureWords(noun, name) }))} onChange={(value) => onChange({ ...draft, measure: value })} />
        <Select label={t('filter.operator')} value={draft.comparator} options={signs.map((sign) => ({ value: sign, label: t(`filter.behaviour.signs.${sign}`) }))} onChange={(value) => onChange({ ...draft, comparator: value as DraftBehaviour['comparator'] })} />
        <TextInput
          aria-label={t('filter.value')}
          inputMode="decimal"
          value={draft.value}
          onChange={(event) => /^\d*\.?\d*$/.test(event.target.value) && onChange({ ...draft, value: event.target.value })}
        />
      </div>
      {draft.measure.endsWith('.rhythm') && <p className="meta">{t('filter.behaviour.rhythmHelp')}</p>}
      <p className="meta">{t('filter.behaviour.inside')}</p>
      <GroupEditor
        group={draft.inside}
        fields={fieldsOf(noun)}
        depth={3}
        onChange={(inside) => onChange({ ...draft, inside })}
        root
      />
    </div>
  );
}
