import { type Ref, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../look/icons';
import { isComposing } from '../../look/keys';

interface QuickSearchProps {
  value: string;
  onChange: (value: string) => void;
  inputRef: Ref<HTMLInputElement>;
}

const pause = 150;

/** Narrows the list while typing; half-composed words wait. */
export function QuickSearch({ value, onChange, inputRef }: QuickSearchProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  const composing = useRef(false);
  const sent = useRef(value);
  const change = useRef(onChange);
  change.current = onChange;

  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setTyped(value);
    }
  }, [value]);

  useEffect(() => {
    if (composing.current || typed.trim() === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = typed.trim();
      change.current(sent.current);
    }, pause);
    return () => clearTimeout(timer);
  }, [typed]);

  return (
    <div className="quick-search">
      <Icon name="search" size={16} />
      <input
        ref={inputRef}
        type="search"
        className="text-input"
        aria-label={t('list.search')}
        placeholder={t('list.search')}
        title={`${t('list.search')}  /`}
        autoComplete="off"
        value={typed}
        onCompositionStart={() => {
          composing.current = true;
        }}
        onCompositionEnd={(event) => {
          composing.current = false;
          setTyped(event.currentTarget.value);
        }}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (event.key === 'Escape') {
            if (typed) setTyped('');
            event.currentTarget.blur();
          } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
            event.preventDefault();
            event.currentTarget.blur();
          }
        }}
      />
    </div>
  );
}
