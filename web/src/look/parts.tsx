import {
  type ButtonHTMLAttributes,
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  useEffect,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from './icons';
import './parts.css';

type ButtonKind = 'primary' | 'plain' | 'ghost' | 'danger';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: ButtonKind;
  icon?: IconName;
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  kind = 'plain',
  icon,
  busy,
  children,
  className = '',
  disabled,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      type={type}
      className={`button button-${kind} ${className}`}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {icon && <Icon name={icon} size={16} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName;
  label: string;
  /** Shown after the words in the tooltip. */
  shortcut?: string;
  size?: 'small' | 'normal';
  active?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function IconButton({
  icon,
  label,
  shortcut,
  size = 'normal',
  active,
  className = '',
  children,
  type = 'button',
  ...rest
}: IconButtonProps) {
  return (
    <button
      type={type}
      className={`icon-button icon-button-${size} ${active ? 'icon-button-active' : ''} ${className}`}
      aria-label={label}
      title={shortcut ? `${label}  ${shortcut}` : label}
      {...rest}
    >
      <Icon name={icon} size={size === 'small' ? 16 : 18} />
      {children}
    </button>
  );
}

export function Chip({
  color = 'grey',
  children,
  title,
}: {
  color?: string | null;
  children: ReactNode;
  title?: string;
}) {
  return (
    <span className={`chip chip-${color ?? 'grey'}`} title={title}>
      {children}
    </span>
  );
}

export function TextInput({
  className = '',
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  return <input className={`text-input ${className}`} autoComplete="off" {...rest} />;
}

/** A label above its control, with help or an error below. */
export function Labelled({
  label,
  help,
  error,
  htmlFor,
  children,
}: {
  label: string;
  help?: ReactNode;
  error?: string | null;
  htmlFor: string;
  children: ReactNode;
}) {
  return (
    <div className="labelled">
      <label htmlFor={htmlFor}>{label}</label>
      {children}
      {error ? (
        <p className="labelled-error" id={`${htmlFor}-error`}>
          {error}
        </p>
      ) : (
        help && <p className="meta">{help}</p>
      )}
    </div>
  );
}

interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> {
  label: string;
  indeterminate?: boolean;
  bare?: boolean;
}

export function Checkbox({ label, indeterminate = false, bare, ...rest }: CheckboxProps) {
  return (
    <label className="checkbox">
      <input
        type="checkbox"
        aria-label={bare ? label : undefined}
        ref={(input) => {
          if (input) input.indeterminate = indeterminate;
        }}
        {...rest}
      />
      {!bare && <span>{label}</span>}
    </label>
  );
}

export interface Option<T extends string> {
  value: T;
  label: string;
  icon?: IconName;
}

/** A choice among a few, all visible. */
export function Segmented<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly Option<T>[];
  onChange: (value: T) => void;
}) {
  return (
    <div className="segmented" role="radiogroup" aria-label={label}>
      {options.map((option, index) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          onClick={() => onChange(option.value)}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
            if (!step) return;
            event.preventDefault();
            const next = options[(index + step + options.length) % options.length]!;
            onChange(next.value);
            (event.currentTarget.parentElement?.children[options.indexOf(next)] as HTMLElement | undefined)?.focus();
          }}
        >
          {option.icon && <Icon name={option.icon} size={16} />}
          {option.label}
        </button>
      ))}
    </div>
  );
}

const hues = ['#1D4F8C', '#1B6E3C', '#7A4F00', '#9C1F18', '#5B3E99', '#4A5260'];

/** The last two characters of a Chinese name, or two initials, on a steady colour. */
export function Avatar({ name, size = 24 }: { name: string; size?: number }) {
  const text = /[\u4e00-\u9fff]/.test(name)
    ? name.slice(-2)
    : name
        .split(/\s+/)
        .map((word) => word[0])
        .slice(0, 2)
        .join('')
        .toUpperCase();
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.codePointAt(0)!) % 9973;
  return (
    <span
      className="avatar"
      aria-hidden="true"
      style={{ width: size, height: size, fontSize: size * 0.4, background: hues[hash % hues.length] }}
    >
      {text}
    </span>
  );
}

/** True once something has taken longer than a glance: what is quick should not flicker. */
export function useSlow(waiting: boolean, milliseconds = 300): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setSlow(false);
      return undefined;
    }
    const timer = setTimeout(() => setSlow(true), milliseconds);
    return () => clearTimeout(timer);
  }, [waiting, milliseconds]);
  return waiting && slow;
}

/** Grey lines in the place of what is coming; nothing at all for the first 300 ms. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const { t } = useTranslation();
  const slow = useSlow(true);
  if (!slow) return null;
  return (
    <div className="skeleton" role="status" aria-label={t('loading')}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} style={{ width: `${92 - ((index * 37) % 45)}%` }} />
      ))}
    </div>
  );
}

/** What will be here, and the first step towards it. */
export function Empty({
  icon = 'record',
  title,
  children,
  action,
}: {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon name={icon} size={32} />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className="empty-action">{action}</div>}
    </div>
  );
}

/** What went wrong, in the place of what should be there, with another try. */
export function Failure({ message, onRetry }: { message: string; onRetry?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="empty" role="alert">
      <Icon name="warning" size={32} />
      <p>{message}</p>
      {onRetry && (
        <div className="empty-action">
          <Button onClick={onRetry}>{t('retry')}</Button>
        </div>
      )}
    </div>
  );
}
