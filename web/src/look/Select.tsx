import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons';
import { isComposing } from './keys';
import { Menu, useAnchor } from './popover';
import { type Option, TextInput } from './parts';

/** So many can be read at a glance; of more one wants to type a part. */
const glance = 8;

interface SelectProps<T extends string> {
  id?: string;
  className?: string;
  label: string;
  value: T;
  options: readonly Option<T>[];
  onChange: (value: T) => void;
  disabled?: boolean;
  'data-autofocus'?: boolean;
}

/** One of several, in the look of the client on every system; opens with Enter, the space bar, an arrow or the first letter, and where there are many, what is typed narrows them. */
export function Select<T extends string>({
  id,
  className = '',
  label,
  value,
  options,
  onChange,
  disabled,
  'data-autofocus': autoFocus,
}: SelectProps<T>) {
  const { t } = useTranslation();
  const menu = useAnchor();
  const [typed, setTyped] = useState('');
  const chosen = options.find((option) => option.value === value);
  const searched = options.length > glance;
  const words = typed.trim().toLowerCase();
  const shown = words ? options.filter((option) => option.label.toLowerCase().includes(words)) : options;
  const open = (anchor: HTMLElement, first = '') => {
    setTyped(first);
    menu.open(anchor);
  };
  return (
    <>
      <button
        id={id}
        type="button"
        className={`text-input select ${className}`}
        aria-label={chosen ? `${label}: ${chosen.label}` : label}
        aria-haspopup="menu"
        aria-expanded={menu.isOpen}
        data-autofocus={autoFocus}
        disabled={disabled}
        onClick={(event) => open(event.currentTarget)}
        onKeyDown={(event) => {
          const letter =
            searched &&
            event.key.length === 1 &&
            event.key !== ' ' &&
            !event.ctrlKey &&
            !event.metaKey &&
            !event.altKey;
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp' && !letter) return;
          event.preventDefault();
          open(event.currentTarget, letter ? event.key : '');
        }}
      >
        <span className="ellipsis">{chosen?.label ?? value}</span>
        <Icon name="down" size={16} />
      </button>
      {menu.isOpen && (
        <Menu
          anchor={menu.anchor}
          label={label}
          head={
            searched && (
              <>
                <TextInput
                  aria-label={t('filter.searchReference')}
                  placeholder={t('filter.searchReference')}
                  value={typed}
                  data-autofocus
                  onChange={(event) => setTyped(event.target.value)}
                  onKeyDown={(event) => {
                    const first = shown[0];
                    if (event.key !== 'Enter' || isComposing(event) || !first) return;
                    event.preventDefault();
                    menu.close();
                    onChange(first.value);
                  }}
                />
                {shown.length === 0 && <p className="meta">{t('filter.nothingFound')}</p>}
              </>
            )
          }
          items={shown.map((option) => ({
            key: option.value,
            label: option.label,
            icon: option.icon,
            checked: option.value === value,
            onSelect: () => onChange(option.value),
          }))}
          onClose={menu.close}
          width={Math.max(168, menu.anchor?.offsetWidth ?? 0)}
        />
      )}
    </>
  );
}
