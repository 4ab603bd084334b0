import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Segmented } from '../../look/parts';
import './page.css';

interface PageColumnsProps {
  left: ReactNode;
  middle: ReactNode;
  right: ReactNode;
  /** What stands first on a phone, above the segments. */
  lead?: ReactNode;
  rightLabel?: string;
  middleLabel?: string;
}

type Part = 'left' | 'middle' | 'right';

const narrow = typeof matchMedia === 'function' ? matchMedia('(max-width: 860px)') : null;

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      narrow?.addEventListener?.('change', listener);
      return () => narrow?.removeEventListener?.('change', listener);
    },
    () => narrow?.matches ?? false,
  );
}

/** Three columns on a desk; on a phone one column and a choice of 资料 / 跟进 / 关联, with follow-ups first. */
export function PageColumns({ left, middle, right, lead, rightLabel, middleLabel }: PageColumnsProps) {
  const { t } = useTranslation('record');
  const [part, setPart] = useState<Part>('middle');
  const isNarrow = useNarrow();
  if (isNarrow) {
    const options: { value: Part; label: string }[] = [
      { value: 'middle', label: middleLabel ?? t('page.parts.middle') },
      { value: 'left', label: t('page.parts.left') },
    ];
    if (right) options.push({ value: 'right', label: rightLabel ?? t('page.parts.right') });
    return (
      <div className="page-single">
        {lead}
        <Segmented label={t('page.parts.label')} value={part} options={options} onChange={setPart} />
        {part === 'left' && <div className="panel">{left}</div>}
        {part === 'middle' && <div className="page-middle">{middle}</div>}
        {part === 'right' && <div className="page-right">{right}</div>}
      </div>
    );
  }
  return (
    <div className="page-columns" data-two={right ? undefined : true}>
      <div className="page-left panel">{left}</div>
      <div className="page-middle">{middle}</div>
      {right && <div className="page-right">{right}</div>}
    </div>
  );
}
