import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AnyRecord, Field, RecordType, Value } from '../../api/types';
import { labelOf } from '../../language';
import { Button } from '../../look/parts';
import { Popover } from '../../look/popover';
import { EditedType } from '../fields/tags';
import FieldInput from '../fields/FieldInput';
import { FieldValue, valueText } from '../fields/FieldValue';
import { sameValue } from '../fields/values';
import { useInlineSave } from '../page/useInlineSave';

export interface CellEditorProps {
  description: RecordType;
  record: AnyRecord;
  field: Field;
  /** False once the hand has moved on and only the saving is left. */
  active: boolean;
  /** The hand leaves: to the next or previous cell with Tab, or back to the grid. */
  onLeave: (to: 'next' | 'previous' | 'stay') => void;
  /** Nothing is left to do here. */
  onDone: () => void;
}

/** One cell being changed: it shows the new value at once and asks only when two people changed the same field. */
export default function CellEditor({ description, record, field, active, onLeave, onDone }: CellEditorProps) {
  const { t } = useTranslation();
  // What was on the screen when the hand began: a change that arrives live meanwhile is a conflict, not a new base.
  const [opened] = useState(record);
  const inline = useInlineSave(description, opened, field);
  const [value, setValue] = useState<Value>(inline.shown);
  const box = useRef<HTMLDivElement>(null);
  const settled = useRef(false);

  const finish = (next: Value, to: 'next' | 'previous' | 'stay') => {
    if (settled.current) return;
    settled.current = true;
    onLeave(to);
    if (sameValue(field.kind, next, inline.shown)) onDone();
    else
      void inline.put(next, opened.version).then((saved) => {
        if (saved) onDone();
      });
  };

  // When the hand moved elsewhere without a word (a click on another cell), what was typed is meant.
  useEffect(() => {
    if (!active && !settled.current) finish(value, 'stay');
  });

  useEffect(() => {
    if (!inline.error) return undefined;
    const timer = setTimeout(onDone, 6000);
    return () => clearTimeout(timer);
  }, [inline.error, onDone]);

  const question = inline.question;
  return (
    <div
      ref={box}
      className={active ? 'cell-editor' : 'cell-settling'}
      onKeyDown={(event) => {
        if (!active) return;
        event.stopPropagation();
        if (event.key === 'Tab') {
          event.preventDefault();
          finish(value, event.shiftKey ? 'previous' : 'next');
        }
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {active ? (
        <EditedType value={description.type}>
          <FieldInput
            field={field}
            value={value}
            autoFocus
            size="small"
            onChange={setValue}
            onCommit={() => finish(value, 'stay')}
            onCancel={() => {
              settled.current = true;
              onLeave('stay');
              onDone();
            }}
          />
        </EditedType>
      ) : (
        <FieldValue field={field} value={inline.shown} compact />
      )}
      {inline.error && (
        <Popover anchor={box.current} label={inline.error} width={280} onClose={onDone} className="cell-question">
          <p className="labelled-error" role="alert">
            {inline.error}
          </p>
        </Popover>
      )}
      {question && (
        <Popover
          anchor={box.current}
          label={t('cell.conflict', { name: labelOf(field.labels, field.name) })}
          width={320}
          onClose={onDone}
          className="cell-question"
        >
          {question.kind === 'conflict' ? (
            <>
              <h3>{t('cell.conflict', { name: labelOf(field.labels, field.name) })}</h3>
              <p>{t('cell.yours', { value: valueText(field, value) || t('cell.empty') })}</p>
              <p>{t('cell.theirs', { value: valueText(field, question.theirs) || t('cell.empty') })}</p>
              <footer>
                <Button onClick={onDone}>{t('cell.takeTheirs')}</Button>
                <Button
                  kind="primary"
                  onClick={() => void inline.put(value, question.current.version).then((saved) => saved && onDone())}
                >
                  {t('cell.takeYours')}
                </Button>
              </footer>
            </>
          ) : (
            <>
              <p>{question.message}</p>
              <footer>
                <Button onClick={onDone}>{t('cancel')}</Button>
                <Button
                  kind="primary"
                  onClick={() =>
                    void inline.put(value, opened.version, question.keys).then((saved) => saved && onDone())
                  }
                >
                  {t('save')}
                </Button>
              </footer>
            </>
          )}
        </Popover>
      )}
    </div>
  );
}
