import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Density, RecordType } from '../../api/types';
import { labelOf } from '../../language';
import { Select } from '../../look/Select';
import { Button, Checkbox, IconButton, Segmented, TextInput } from '../../look/parts';
import { Menu, Popover, useAnchor } from '../../look/popover';
import { inOrder } from './columns';
import { ExportDialog } from './ExportDialog';
import { groupables } from './groups';
import type { SortKey } from './sorting';

interface ListToolsProps {
  description: RecordType;
  columns: readonly string[];
  custom: boolean;
  sort: readonly SortKey[];
  density: Density;
  filter: string;
  q: string;
  sortText: string;
  group: string;
  total: number;
  onColumns: (names: string[] | null) => void;
  onSort: (keys: SortKey[]) => void;
  onDensity: (density: Density) => void;
  onGroup: (field: string) => void;
}

/** Order, groups, columns with row height, export. */
export function ListTools(props: ListToolsProps) {
  const { description, sort, group, onSort, onGroup } = props;
  const { t } = useTranslation();
  const sorting = useAnchor();
  const choosing = useAnchor();
  const grouping = useAnchor();
  const [exporting, setExporting] = useState(false);
  const sortable = description.fields.filter((field) => field.sortable);
  const nameOf = (name: string) => {
    const field = description.fields.find((candidate) => candidate.name === name);
    return labelOf(field?.labels, name);
  };
  return (
    <div className="list-tools-right">
      <Button
        icon="sort"
        aria-haspopup="dialog"
        aria-expanded={sorting.isOpen}
        aria-label={t('list.sort')}
        onClick={(event) => sorting.open(event.currentTarget)}
      >
        <span className="wide-word">
          {sort[0] ? nameOf(sort[0].field) + (sort.length > 1 ? ` +${sort.length - 1}` : '') : t('list.sort')}
        </span>
      </Button>
      <Button
        icon="group"
        aria-haspopup="menu"
        aria-expanded={grouping.isOpen}
        aria-label={t('list.group')}
        onClick={(event) => grouping.open(event.currentTarget)}
      >
        <span className="wide-word">{group ? nameOf(group) : t('list.group')}</span>
      </Button>
      {grouping.isOpen && (
        <Menu
          anchor={grouping.anchor}
          label={t('list.group')}
          align="end"
          onClose={grouping.close}
          items={[
            { key: '', label: t('list.noGroup'), checked: group === '', onSelect: () => onGroup('') },
            { key: 'line', line: true },
            ...groupables(inOrder(description)).map((field) => ({
              key: field.name,
              label: labelOf(field.labels, field.name),
              checked: field.name === group,
              onSelect: () => onGroup(field.name),
            })),
          ]}
        />
      )}
      <Button
        icon="columns"
        aria-haspopup="dialog"
        aria-expanded={choosing.isOpen}
        aria-label={t('list.columns')}
        onClick={(event) => choosing.open(event.currentTarget)}
      >
        <span className="wide-word">{t('list.columns')}</span>
      </Button>
      {description.rights.export && (
        <IconButton icon="export" label={t('list.export')} onClick={() => setExporting(true)} />
      )}
      {sorting.isOpen && (
        <Popover
          anchor={sorting.anchor}
          label={t('list.sort')}
          align="end"
          width={340}
          onClose={sorting.close}
          className="list-popover"
        >
          <h3>{t('list.sort')}</h3>
          <ul className="sort-keys">
            {sort.map((key, index) => (
              <li key={key.field}>
                <Select
                  label={t('list.sort')}
                  value={key.field}
                  options={sortable
                    .filter((field) => field.name === key.field || !sort.some((other) => other.field === field.name))
                    .map((field) => ({ value: field.name, label: labelOf(field.labels, field.name) }))}
                  onChange={(value) => onSort(sort.map((old, at) => (at === index ? { ...old, field: value } : old)))}
                />
                <Segmented
                  label={`${nameOf(key.field)}: ${t('list.sort')}`}
                  value={key.descending ? 'down' : 'up'}
                  options={[
                    { value: 'up', label: t('list.ascending') },
                    { value: 'down', label: t('list.descending') },
                  ]}
                  onChange={(way) =>
                    onSort(sort.map((old, at) => (at === index ? { ...old, descending: way === 'down' } : old)))
                  }
                />
                <IconButton
                  icon="close"
                  size="small"
                  label={t('list.removeSort')}
                  onClick={() => onSort(sort.filter((_, at) => at !== index))}
                />
              </li>
            ))}
          </ul>
          <Button
            kind="ghost"
            icon="plus"
            disabled={sort.length >= 4 || sort.length >= sortable.length}
            onClick={() => {
              const next = sortable.find((field) => !sort.some((key) => key.field === field.name));
              if (next) onSort([...sort, { field: next.name, descending: false }]);
            }}
          >
            {t('list.addSort')}
          </Button>
        </Popover>
      )}
      {choosing.isOpen && <ColumnChooser {...props} anchor={choosing.anchor} onClose={choosing.close} />}
      {exporting && (
        <ExportDialog
          description={description}
          columns={props.columns}
          filter={props.filter}
          q={props.q}
          sort={props.sortText}
          count={props.total}
          onClose={() => setExporting(false)}
        />
      )}
    </div>
  );
}

function ColumnChooser({
  description,
  columns,
  custom,
  density,
  onColumns,
  onDensity,
  anchor,
  onClose,
}: ListToolsProps & { anchor: HTMLElement | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const needle = typed.trim().toLowerCase();
  const byName = new Map(description.fields.map((field) => [field.name, field]));
  const shown = columns.map((name) => byName.get(name)).filter((field) => field !== undefined);
  const hidden = inOrder(description).filter((field) => !columns.includes(field.name));
  const matches = (labels: Record<string, string | undefined>, name: string) =>
    `${Object.values(labels).join(' ')} ${name}`.toLowerCase().includes(needle);
  const swap = (index: number, step: number) => {
    const next = [...columns];
    [next[index], next[index + step]] = [next[index + step]!, next[index]!];
    onColumns(next);
  };
  return (
    <Popover
      anchor={anchor}
      label={t('list.columns')}
      align="end"
      width={320}
      onClose={onClose}
      className="list-popover"
    >
      <Segmented<Density>
        label={t('list.density')}
        value={density}
        options={(['compact', 'normal', 'roomy'] as const).map((value) => ({ value, label: t(`shell.${value}`) }))}
        onChange={onDensity}
      />
      <TextInput
        aria-label={t('list.findColumn')}
        placeholder={t('list.findColumn')}
        data-autofocus
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <ul className="column-list">
        {shown.map((field, index) =>
          matches(field.labels, field.name) ? (
            <li key={field.name}>
              <Checkbox
                label={labelOf(field.labels, field.name)}
                checked
                disabled={field.name === description.titleField}
                onChange={() => onColumns(columns.filter((name) => name !== field.name))}
              />
              <IconButton
                icon="up"
                size="small"
                label={`${labelOf(field.labels, field.name)}: ${t('list.moveUp')}`}
                disabled={index <= 1}
                onClick={() => swap(index, -1)}
              />
              <IconButton
                icon="down"
                size="small"
                label={`${labelOf(field.labels, field.name)}: ${t('list.moveDown')}`}
                disabled={index === 0 || index === shown.length - 1}
                onClick={() => swap(index, 1)}
              />
            </li>
          ) : null,
        )}
        {hidden.length > 0 && <li className="column-line" aria-hidden="true" />}
        {hidden
          .filter((field) => matches(field.labels, field.name))
          .map((field) => (
            <li key={field.name}>
              <Checkbox
                label={labelOf(field.labels, field.name)}
                checked={false}
                onChange={() => onColumns([...columns, field.name])}
              />
            </li>
          ))}
      </ul>
      {custom && (
        <Button kind="ghost" onClick={() => onColumns(null)}>
          {t('list.resetColumns')}
        </Button>
      )}
    </Popover>
  );
}
