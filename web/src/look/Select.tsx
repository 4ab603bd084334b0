import { Icon } from './icons';
import { Menu, useAnchor } from './popover';
import type { Option } from './parts';

interface SelectProps<T extends string> {
  id?: string;
  label: string;
  value: T;
  options: readonly Option<T>[];
  onChange: (value: T) => void;
  disabled?: boolean;
}

/** One of several, in the look of the client on every system; opens with Enter, the space bar or an arrow. */
export function Select<T extends string>({ id, label, value, options, onChange, disabled }: SelectProps<T>) {
  const menu = useAnchor();
  const chosen = options.find((option) => option.value === value);
  return (
    <>
      <button
        id={id}
        type="button"
        className="text-input select"
        aria-label={chosen ? `${label}: ${chosen.label}` : label}
        aria-haspopup="menu"
        aria-expanded={menu.isOpen}
        disabled={disabled}
        onClick={(event) => menu.open(event.currentTarget)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          menu.open(event.currentTarget);
        }}
      >
        <span className="ellipsis">{chosen?.label ?? value}</span>
        <Icon name="down" size={16} />
      </button>
      {menu.isOpen && (
        <Menu
          anchor={menu.anchor}
          label={label}
          items={options.map((option) => ({
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
