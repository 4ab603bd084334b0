import { useTranslation } from 'react-i18next';
import { labelOf } from '../../language';
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
        <select
          className="text-input"
          aria-label={t('filter.behaviour.what')}
          value={noun.type}
          onChange={(event) => {
            const next = behaviours.find((candidate) => candidate.type === event.target.value);
            if (next) onChange({ ...draftBehaviour(next), key: draft.key });
          }}
        >
          {behaviours.map((candidate) => (
            <option key={candidate.type} value={candidate.type}>
              {labelOf(candidate.labels, candidate.type)}
            </option>
          ))}
        </select>
        <select
          className="text-input"
          aria-label={t('filter.behaviour.measure')}
          value={draft.measure}
          onChange={(event) => onChange({ ...draft, measure: event.target.value })}
        >
          {['', ...noun.measures.map((measure) => measure.name)].map((name) => (
            <option key={name} value={name}>
              {measureWords(noun, name)}
            </option>
          ))}
        </select>
        <select
          className="text-input"
          aria-label={t('filter.operator')}
          value={draft.comparator}
          onChange={(event) => onChange({ ...draft, comparator: event.target.value as DraftBehaviour['comparator'] })}
        >
          {signs.map((sign) => (
            <option key={sign} value={sign}>
              {t(`filter.behaviour.signs.${sign}`)}
            </option>
          ))}
        </select>
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
