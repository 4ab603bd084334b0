import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field } from '../../api/types';
import { labelOf } from '../../language';
import { Icon } from '../../look/icons';
import { Menu, useAnchor } from '../../look/popover';
import { clampWidth, isNumeric } from './columns';
import type { SortKey } from './sorting';

interface HeaderProps {
  columns: readonly Field[];
  titleField: string;
  widths: readonly number[];
  sort: readonly SortKey[];
  checked: boolean;
  indeterminate: boolean;
  onCheck: () => void;
  onSort: (field: string, keepOthers: boolean) => void;
  onSetSort: (keys: SortKey[]) => void;
  onWidth: (field: string, width: number) => void;
  onMove: (field: string, before: string) => void;
  onHide: (field: string) => void;
  onFilter: (field: Field) => void;
}

/** Names of columns: a click sorts, Shift adds, the edge resizes, dragging reorders, the menu has it all for the keyboard. */
export function Header(props: HeaderProps) {
  const {
    columns,
    titleField,
    widths,
    sort,
    checked,
    indeterminate,
    onCheck,
    onSort,
    onSetSort,
    onWidth,
    onMove,
    onHide,
    onFilter,
  } = props;
  const { t } = useTranslation();
  const menu = useAnchor();
  const [menuField, setMenuField] = useState<Field | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row grid-head-row">
        <div role="columnheader" aria-colindex={1} className="grid-check">
          <input
            type="checkbox"
            aria-label={t('list.selectAllLoaded')}
            checked={checked}
            ref={(input) => {
              if (input) input.indeterminate = indeterminate;
            }}
            onChange={onCheck}
          />
        </div>
        {columns.map((field, index) => {
          const at = sort.findIndex((key) => key.field === field.name);
          const key = sort[at];
          const name = labelOf(field.labels, field.name);
          const isTitle = field.name === titleField;
          return (
            <div
              key={field.name}
              role="columnheader"
              aria-colindex={index + 2}
              aria-sort={key ? (key.descending ? 'descending' : 'ascending') : undefined}
              className={`grid-cell grid-head-cell ${isTitle ? 'grid-title' : ''} ${isNumeric(field) ? 'grid-number' : ''} ${over === field.name && dragged !== field.name ? 'grid-drop' : ''}`}
              draggable={!isTitle}
              onDragStart={(event) => {
                setDragged(field.name);
                event.dataTransfer.effectAllowed = 'move';
                event.dataTransfer.setData('text/plain', name);
              }}
              onDragOver={(event) => {
                if (!dragged || isTitle) return;
                event.preventDefault();
                if (over !== field.name) setOver(field.name);
              }}
              onDragEnd={() => {
                setDragged(null);
                setOver(null);
              }}
              onDrop={(event) => {
                event.preventDefault();
                if (dragged && dragged !== field.name) onMove(dragged, field.name);
                setDragged(null);
                setOver(null);
              }}
            >
              <button
                type="button"
                className="grid-head-name"
                disabled={!field.sortable}
                title={field.sortable ? t('list.sortBy', { name }) : name}
                onClick={(event) => onSort(field.name, event.shiftKey)}
              >
                <span className="ellipsis">{name}</span>
                {key && <Icon name={key.descending ? 'down' : 'up'} size={14} />}
                {key && sort.length > 1 && <sup>{at + 1}</sup>}
              </button>
              <button
                type="button"
                className="grid-head-menu"
                aria-label={`${name}: ${t('list.more')}`}
                aria-haspopup="menu"
                aria-expanded={menu.isOpen && menuField === field}
                onClick={(event) => {
                  setMenuField(field);
                  menu.open(event.currentTarget);
                }}
              >
                <Icon name="down" size={14} />
              </button>
              <Resizer name={name} width={widths[index]!} onWidth={(width) => onWidth(field.name, width)} />
            </div>
          );
        })}
      </div>
      {menu.isOpen && menuField && (
        <Menu
          anchor={menu.anchor}
          label={labelOf(menuField.labels, menuField.name)}
          onClose={menu.close}
          items={[
            ...(menuField.sortable
              ? [
                  {
                    key: 'up',
                    icon: 'up' as const,
                    label: t('list.ascending'),
                    onSelect: () => onSetSort([{ field: menuField.name, descending: false }]),
                  },
                  {
                    key: 'down',
                    icon: 'down' as const,
                    label: t('list.descending'),
                    onSelect: () => onSetSort([{ field: menuField.name, descending: true }]),
                  },
                  {
                    key: 'add',
                    icon: 'plus' as const,
                    label: t('list.addSort'),
                    disabled: sort.length === 0 || sort.some((key) => key.field === menuField.name),
                    onSelect: () => onSetSort([...sort, { field: menuField.name, descending: false }]),
                  },
                  { key: 'line', line: true as const },
                ]
              : []),
            {
              key: 'filter',
              icon: 'filter',
              label: t('list.refineFilter'),
              disabled: !menuField.filterable,
              onSelect: () => onFilter(menuField),
            },
            {
              key: 'left',
              icon: 'left',
              label: t('list.moveLeft'),
              disabled: columns.indexOf(menuField) <= 1,
              onSelect: () => onMove(menuField.name, columns[columns.indexOf(menuField) - 1]!.name),
            },
            {
              key: 'right',
              icon: 'right',
              label: t('list.moveRight'),
              disabled: menuField.name === titleField || columns.indexOf(menuField) >= columns.length - 1,
              onSelect: () => onMove(columns[columns.indexOf(menuField) + 1]!.name, menuField.name),
            },
            {
              key: 'hide',
              icon: 'minus',
              label: t('list.hideColumn'),
              disabled: menuField.name === titleField,
              onSelect: () => onHide(menuField.name),
            },
          ]}
        />
      )}
    </div>
  );
}

function Resizer({ name, width, onWidth }: { name: string; width: number; onWidth: (width: number) => void }) {
  const { t } = useTranslation();
  const start = useRef<{ x: number; width: number } | null>(null);
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t('list.resize', { name })}
      aria-valuenow={width}
      tabIndex={-1}
      className="grid-resizer"
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (start.current) onWidth(clampWidth(start.current.width + event.clientX - start.current.x));
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onDoubleClick={() => onWidth(160)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') onWidth(clampWidth(width - 16));
        else if (event.key === 'ArrowRight') onWidth(clampWidth(width + 16));
      }}
    />
  );
}
