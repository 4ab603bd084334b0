import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import type { ListPage, Money } from '../api/types';
import { formatMoney } from '../look/format';
import { isComposing } from '../look/keys';
import { IconButton } from '../look/parts';
import { toast } from '../look/toast';
import { type GridLine, moved, pasted } from './grid';
import { ProductCell } from './ProductCell';

interface QuoteGridProps {
  lines: readonly GridLine[];
  /** What is wrong with a line, by its place. */
  wrong: ReadonlyMap<number, string>;
  editable: boolean;
  onChange: (lines: GridLine[]) => void;
}

const cells = ['quantity', 'price', 'discount', 'taxRate', 'remark'] as const;

/** Lines as in a spreadsheet: Tab and Enter go on, a pasted block becomes lines, a line is dragged to its place. */
export function QuoteGrid({ lines, wrong, editable, onChange }: QuoteGridProps) {
  const { t } = useTranslation('quotes');
  const table = useRef<HTMLTableElement>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const rows = editable ? [...lines, {} as GridLine] : lines;
  const costs = lines.some((line) => line.unitCost);
  const set = (at: number, change: Partial<GridLine>) =>
    onChange(
      at < lines.length ? lines.map((line, i) => (i === at ? { ...line, ...change } : line)) : [...lines, change],
    );

  const focus = (row: number, cell: string) =>
    requestAnimationFrame(() =>
      table.current?.querySelector<HTMLInputElement>(`[data-row="${row}"][data-cell="${cell}"]`)?.focus(),
    );

  /** Each pasted row is looked up by code or name; what is not found stays as a line of words. */
  async function paste(at: number, text: string) {
    const found = pasted(text).slice(0, 1000);
    setBusy(true);
    try {
      const made: GridLine[] = [];
      for (let from = 0; from < found.length; from += 8)
        made.push(...(await Promise.all(found.slice(from, from + 8).map((row) => lookUp(row)))));
      onChange([
        ...lines.slice(0, at),
        ...made,
        ...lines.slice(at + (at < lines.length && !lines[at]?.product ? 1 : 0)),
      ]);
      toast({ text: t('grid.pasted', { count: made.length }) });
    } catch (error) {
      toast({ kind: 'error', text: sentence(error) });
    } finally {
      setBusy(false);
    }
  }

  const cell = (line: GridLine, at: number, name: (typeof cells)[number]) => (
    <input
      className="grid-input"
      data-row={at}
      data-cell={name}
      inputMode={name === 'remark' ? 'text' : 'decimal'}
      aria-label={`${t(`grid.${name}`)} ${at + 1}`}
      disabled={!editable}
      value={name === 'price' ? (line.price ?? line.unitPrice?.amount ?? '') : String(line[name] ?? '')}
      onChange={(event) => set(at, { [name]: event.target.value })}
      onKeyDown={(event) => {
        if (isComposing(event)) return;
        if (event.key === 'Enter' || event.key === 'ArrowDown') focus(at + 1, event.key === 'Enter' ? 'product' : name);
        else if (event.key === 'ArrowUp') focus(at - 1, name);
        else return;
        event.preventDefault();
      }}
    />
  );

  /** On a phone a line is a card, and each of its cells says what it is. */
  const place = (name: (typeof cells)[number] | 'net' | 'margin') => ({ 'data-place': name, 'data-label': t(`grid.${name}`) });

  return (
    <div className="quote-grid">
      <table ref={table} aria-busy={busy}>
        <thead>
          <tr>
            <th>{t('grid.number')}</th>
            <th>{t('grid.product')}</th>
            <th className="number">{t('grid.stock')}</th>
            <th className="number">{t('grid.quantity')}</th>
            <th className="number">{t('grid.listPrice')}</th>
            <th className="number">{t('grid.price')}</th>
            <th className="number">{t('grid.discount')}</th>
            <th className="number">{t('grid.netPrice')}</th>
            <th className="number">{t('grid.net')}</th>
            {costs && <th className="number">{t('grid.cost')}</th>}
            {costs && <th className="number">{t('grid.margin')}</th>}
            <th className="number">{t('grid.taxRate')}</th>
            <th>{t('grid.remark')}</th>
            <th aria-label={t('grid.remove')} />
          </tr>
        </thead>
        <tbody>
          {rows.map((line, at) => (
            <tr
              key={line.id ?? `new-${at}`}
              className={`${wrong.has(at) ? 'grid-wrong' : ''} ${at < lines.length ? '' : 'grid-new'}`}
              onDragOver={(event) => dragged !== null && event.preventDefault()}
              onDrop={() => {
                if (dragged !== null && dragged !== at) onChange(moved(lines, dragged, Math.min(at, lines.length - 1)));
                setDragged(null);
              }}
            >
              <td
                className="grid-handle meta"
                draggable={editable && at < lines.length}
                title={editable ? t('grid.drag') : undefined}
                onDragStart={() => setDragged(at)}
                onDragEnd={() => setDragged(null)}
              >
                {at < lines.length ? at + 1 : '+'}
              </td>
              <td className="grid-product">
                <ProductCell
                  row={at}
                  line={line}
                  editable={editable}
                  onChoose={(change) => {
                    set(at, change);
                    focus(at, 'quantity');
                  }}
                  onWords={(description) => set(at, { description, ...(line.product && { product: null }) })}
                  onPaste={(text) => void paste(at, text)}
                />
                {wrong.has(at) && <p className="labelled-error">{wrong.get(at)}</p>}
              </td>
              <td className="number meta grid-wide" title={line.stockSource}>
                {[line.stock, line.leadDays && t('grid.leadDays', { count: line.leadDays })]
                  .filter((part) => part !== undefined && part !== null && part !== 0)
                  .join(' · ')}
              </td>
              <td {...place('quantity')}>{cell(line, at, 'quantity')}</td>
              <td className="number meta grid-wide">{money(line.listPrice)}</td>
              <td {...place('price')}>{cell(line, at, 'price')}</td>
              <td {...place('discount')}>{cell(line, at, 'discount')}</td>
              <td className="number meta grid-wide">{money(line.netPrice)}</td>
              <td className="number" {...place('net')}>
                {money(line.net)}
              </td>
              {costs && <td className="number meta grid-wide">{money(line.unitCost)}</td>}
              {costs && (
                <td className={`number ${(line.margin ?? 0) < 0 ? 'grid-loss' : ''}`} {...place('margin')}>
                  {line.margin?.toFixed(1)}
                </td>
              )}
              <td {...place('taxRate')}>{cell(line, at, 'taxRate')}</td>
              <td {...place('remark')}>{cell(line, at, 'remark')}</td>
              <td className="grid-remove">
                {editable && at < lines.length && (
                  <IconButton
                    icon="close"
                    size="small"
                    label={t('grid.remove')}
                    onClick={() => onChange(lines.filter((_, i) => i !== at))}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {editable && <p className="meta grid-hint">{t('grid.hint')}</p>}
    </div>
  );
}

const money = (value: Money | null | undefined) => (value ? formatMoney(value) : '');

async function lookUp(row: ReturnType<typeof pasted>[number]): Promise<GridLine> {
  const rest = {
    ...(row.quantity && { quantity: row.quantity }),
    ...(row.price && { price: row.price }),
    ...(row.discount && { discount: row.discount }),
  };
  const found = await get<ListPage>('/products', {
    query: { q: row.words, limit: 2, fields: 'code,name', filter: 'active = true' },
  });
  const exact = found.items.find((item) => item.code === row.words || item.name === row.words);
  const product = exact ?? (found.items.length === 1 ? found.items[0] : undefined);
  return product
    ? {
        product: { id: product.id, name: String(product.name) },
        code: String(product.code),
        description: String(product.name),
        ...rest,
      }
    : { description: row.words, ...rest };
}
