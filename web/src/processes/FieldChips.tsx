import { useTranslation } from 'react-i18next';
import { Select } from '../look/Select';
import { IconButton } from '../look/parts';

interface FieldChipsProps {
  fields: { name: string; label: string }[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
  label?: string;
}

/** Fields chosen from a list, each with a way to take it out. */
export function FieldChips({ fields, chosen, onChange, label }: FieldChipsProps) {
  const { t } = useTranslation('processes');
  const nameOf = (name: string) => fields.find((field) => field.name === name)?.label ?? name;
  return (
    <div className="process-chips">
      {label && <span className="meta">{label}</span>}
      {chosen.map((name) => (
        <span key={name} className="process-chip">
          {nameOf(name)}
          <IconButton size="small" icon="close" label={`${t('remove')} ${nameOf(name)}`} onClick={() => onChange(chosen.filter((one) => one !== name))} />
        </span>
      ))}
      <Select label={label ?? t('addField')} value="" options={[{ value: '', label: t('addField') }, ...fields.filter(({ name }) => !chosen.includes(name)).map((field) => ({ value: field.name, label: field.label }))]} onChange={(value) => onChange([...chosen, value])} />
    </div>
  );
}
