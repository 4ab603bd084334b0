import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useRecord } from '../api/queries';
import type { RecordType } from '../api/types';
import { formatDecimal } from '../look/format';
import { Button, Chip, Segmented, Skeleton } from '../look/parts';
import { FieldValue } from '../records/fields/FieldValue';
import { isEmpty } from '../records/fields/values';
import { type Alike, type AlikeRule, type ImportOptions, useAlike } from './imports';
import { type Target, targetLabel } from './mapping';

interface AlikeRowsProps {
  batch: string;
  count: number;
  compared: number;
  created: number;
  columns: readonly string[];
  recordType: RecordType;
  targets: readonly Target[];
  options: ImportOptions;
  onOptions: (more: Partial<ImportOptions>) => void;
}

/** Rows that look like records there are: side by side, with what agrees, and a decision for each or one for all. */
export function AlikeRows(props: AlikeRowsProps) {
  const { t } = useTranslation('exchange');
  const [pages, setPages] = useState<number[]>([-1]);
  const page = useAlike(props.batch, pages.at(-1)!, props.count > 0);
  const { options } = props;
  if (props.count === 0) return null;
  const decide = (row: number, decision: string | undefined) => {
    const decisions = { ...options.decisions };
    if (decision === undefined) delete decisions[row];
    else decisions[row] = decision;
    props.onOptions({ decisions });
  };
  return (
    <section className="panel" aria-label={t('alike.title')}>
      <h2>
        {t('alike.title')}
        <span className="panel-count">{formatDecimal(props.count)}</span>
      </h2>
      {props.compared < props.created && (
        <p className="meta">
          {t('alike.compared', { compared: formatDecimal(props.compared), created: formatDecimal(props.created) })}
        </p>
      )}
      <div className="labelled">
        <span className="exchange-label">{t('alike.rule')}</span>
        <Segmented
          label={t('alike.rule')}
          value={options.alike}
          options={(['create', 'skip', 'update'] as const).map((value) => ({
            value,
            label: t(`alike.rules.${value}`),
          }))}
          onChange={(alike: AlikeRule) => props.onOptions({ alike })}
        />
      </div>
      {page.isLoading && <Skeleton lines={4} />}
      {page.data?.alike.map((alike) => (
        <OneAlike key={alike.row} {...props} alike={alike} onDecide={(decision) => decide(alike.row, decision)} />
      ))}
      {(pages.length > 1 || page.data?.next != null) && (
        <div className="exchange-actions">
          <Button disabled={pages.length === 1} onClick={() => setPages(pages.slice(0, -1))}>
            {t('alike.before')}
          </Button>
          <Button disabled={page.data?.next == null} onClick={() => setPages([...pages, page.data!.next!])}>
            {t('alike.more')}
          </Button>
        </div>
      )}
    </section>
  );
}

function OneAlike({
  alike,
  columns,
  recordType,
  targets,
  options,
  onDecide,
}: AlikeRowsProps & { alike: Alike; onDecide: (decision: string | undefined) => void }) {
  const { t } = useTranslation('exchange');
  const record = useRecord(recordType.type, alike.record);
  const decision = options.decisions[alike.row];
  const state = decision === undefined ? 'rule' : decision === 'skip' || decision === 'create' ? decision : 'same';
  const rows = columns
    .map((column, index) => ({ path: options.mapping[column], text: alike.values[index] ?? '' }))
    .filter(({ path, text }) => path && !path.includes('.') && text)
    .map(({ path, text }) => ({ path: path!, text, target: targets.find((target) => target.path === path) }));
  return (
    <article className="exchange-alike">
      <header>
        <strong>{t('alike.row', { row: alike.row })}</strong>
        <Chip color={alike.band === 'match' ? 'red' : alike.band === 'review' ? 'amber' : 'grey'}>
          {t(`alike.band.${alike.band}`)}
          {alike.probability !== undefined && ` ${Math.round(alike.probability * 100)} %`}
        </Chip>
        <span className="meta">{alike.sentence}</span>
        {alike.reasons
          .filter(({ bits }) => Math.abs(bits) >= 0.5)
          .map((reason) => (
            <Chip key={reason.field} color={reason.bits > 0 ? 'green' : 'red'}>
              {reason.label} {reason.text}
            </Chip>
          ))}
      </header>
      <div className="exchange-table">
        <table>
          <thead>
            <tr>
              <th scope="col" />
              <th scope="col">{t('alike.file')}</th>
              <th scope="col">
                {alike.record ? (
                  <Link to={`/${recordType.type}/${alike.record}`} target="_blank">
                    {t('alike.there')}
                  </Link>
                ) : (
                  t('alike.hidden')
                )}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, 12).map(({ path, text, target }) => {
              const value = record.data?.[path];
              return (
                <tr key={path}>
                  <th scope="row">{targetLabel(target, path)}</th>
                  <td>{text}</td>
                  <td>
                    {target && !isEmpty(value) ? (
                      <FieldValue field={target.field} value={value} compact />
                    ) : (
                      <span className="meta">–</span>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Segmented
        label={t('alike.decide', { row: alike.row })}
        value={state}
        options={[
          { value: 'rule', label: t('alike.byRule') },
          ...(alike.mayEdit ? [{ value: 'same', label: t('alike.same') }] : []),
          { value: 'skip', label: t('alike.skip') },
          { value: 'create', label: t('alike.create') },
        ]}
        onChange={(value) => onDecide(value === 'rule' ? undefined : value === 'same' ? alike.record! : value)}
      />
    </article>
  );
}
