import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDecimal } from '../look/format';
import { TextInput } from '../look/parts';
import type { ImportOptions, Reject } from './imports';

interface RejectGridProps {
  rejects: readonly Reject[];
  count: number;
  columns: readonly string[];
  mapping: ImportOptions['mapping'];
  corrections: ImportOptions['corrections'];
  onCorrections: (corrections: ImportOptions['corrections']) => void;
}

const shown = 50;

/** Rows that cannot pass, with the wrong cells open: what is typed here counts at the next trial run, and the file stays as it is. */
export function RejectGrid({ rejects, count, columns, mapping, corrections, onCorrections }: RejectGridProps) {
  const { t } = useTranslation('exchange');
  if (count === 0) return null;
  const keep = (row: number, column: string, text: string) =>
    onCorrections({ ...corrections, [row]: { ...corrections[row], [column]: text } });
  return (
    <section className="panel" aria-label={t('reject.title')}>
      <h2>
        {t('reject.title')}
        <span className="panel-count">{formatDecimal(count)}</span>
      </h2>
      <p className="meta">{t('reject.help')}</p>
      <div className="exchange-table">
        <table className="exchange-stack">
          <thead>
            <tr>
              <th scope="col">{t('result.row')}</th>
              <th scope="col">{t('result.reason')}</th>
              <th scope="col">{t('reject.cells')}</th>
            </tr>
          </thead>
          <tbody>
            {rejects.slice(0, shown).map((reject) => {
              const marked = reject.marks.map(({ column }) => column);
              const open =
                marked.length > 0
                  ? marked
                  : columns
                      .map((_, at) => at)
                      .filter((at) => mapping[columns[at]!])
                      .slice(0, 3);
              const name = reject.values.find((value, at) => value && !marked.includes(at));
              return (
                <tr key={reject.row}>
                  <td>{reject.row}</td>
                  <td>
                    {name && <strong className="exchange-reject-name">{name}</strong>}
                    {reject.reason}
                  </td>
                  <td>
                    <span className="exchange-cells">
                      {open.map((at) => (
                        <CellInput
                          key={at}
                          label={`${t('reject.cell', { row: reject.row })} ${columns[at]}`}
                          hint={columns[at]!}
                          wrong={marked.includes(at)}
                          first={corrections[reject.row]?.[columns[at]!] ?? reject.values[at] ?? ''}
                          onKeep={(text) => keep(reject.row, columns[at]!, text)}
                        />
                      ))}
                    </span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {count > shown && <p className="meta">{t('reject.more', { count: count - Math.min(shown, rejects.length) })}</p>}
    </section>
  );
}

function CellInput({
  label,
  hint,
  wrong,
  first,
  onKeep,
}: {
  label: string;
  hint: string;
  wrong: boolean;
  first: string;
  onKeep: (text: string) => void;
}) {
  const [text, setText] = useState(first);
  return (
    <span className="exchange-cell">
      <span className="meta">{hint}</span>
      <TextInput
        aria-label={label}
        aria-invalid={(wrong && text === first) || undefined}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => text !== first && onKeep(text)}
        onKeyDown={(event) => event.key === 'Enter' && text !== first && onKeep(text)}
      />
    </span>
  );
}
