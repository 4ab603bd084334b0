import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { TableRegion } from '../admin/TableRegion';
import { get } from '../api/client';
import { sentence } from '../api/problem';
import { keys, useRecordType } from '../api/queries';
import type { AnyRecord, Reference } from '../api/types';
import { formatDecimal } from '../look/format';
import { useAnchor, Popover } from '../look/popover';
import { ReferencePicker } from '../look/ReferencePicker';
import { Button, Failure, IconButton } from '../look/parts';
import RecordPage, { type PartProps } from '../records/page/RecordPage';
import { openForm } from '../shell/forms';
import { Rows } from './Rows';

interface Gap {
  product: string;
  label: string;
  minQuantity: number;
  from: string;
  until: string;
}

/** A price list with its prices, and the days for which it has forgotten one. */
export default function PriceListPage({ type, id }: { type: string; id: string }) {
  return <RecordPage type={type} id={id} Middle={Prices} wide />;
}

function Prices({ record }: PartProps) {
  const { t } = useTranslation('catalogue');
  const [only, setOnly] = useState<Reference | null>(null);
  const menu = useAnchor();
  const priceList = { id: record.id, name: String(record.name) };
  const currency = String(record.currency);
  return (
    <>
      <Gaps list={record} />
      <Rows
        type="prices"
        title={t('prices.title')}
        help={t('prices.ofList', { currency })}
        columns={['product', 'minQuantity', 'price', 'startsOn', 'endsOn']}
        filter={`priceList = "${record.id}"${only ? ` AND product = "${only.id}"` : ''}`}
        sort="label,minQuantity,startsOn"
        empty={t('prices.none')}
        create={t('prices.create')}
        initial={{ priceList, ...(only && { product: only }) }}
        blank={{ startsOn: t('prices.always'), endsOn: t('prices.always') }}
      >
        <div className="settings-line">
          <Button icon="search" aria-haspopup="dialog" onClick={(event) => menu.open(event.currentTarget)}>
            {only ? only.name : t('prices.find')}
          </Button>
          {only && <IconButton icon="close" size="small" label={t('prices.all')} onClick={() => setOnly(null)} />}
        </div>
        {menu.isOpen && (
          <Popover anchor={menu.anchor} label={t('prices.find')} onClose={menu.close}>
            <ReferencePicker
              type="products"
              label={t('prices.find')}
              selected={only ? [only.id] : []}
              single
              autoFocus
              onToggle={(id, name) => {
                setOnly({ id, name });
                menu.close();
              }}
            />
          </Popover>
        )}
      </Rows>
    </>
  );
}

/** Told where they are, with one step to close them: on such days the list above or the list price is taken, which nobody has meant. */
function Gaps({ list }: { list: AnyRecord }) {
  const { t } = useTranslation('catalogue');
  const mayCreate = useRecordType('prices').data?.rights.create;
  const gaps = useQuery({
    queryKey: [...keys.totals('prices'), 'gaps', list.id, list.version],
    queryFn: ({ signal }) => get<{ items: Gap[] }>(`/price-lists/${list.id}/gaps`, { signal }),
    retry: false,
  });
  if (gaps.error) return <Failure message={sentence(gaps.error)} onRetry={() => void gaps.refetch()} />;
  const items = gaps.data?.items;
  if (!items?.length) return null;
  return (
    <section className="panel admin-form" aria-label={t('gaps.title')}>
      <h2>
        {t('gaps.title')}
        <span className="panel-count">{items.length}</span>
      </h2>
      <p>{t('gaps.help')}</p>
      <TableRegion label={t('gaps.title')} tall>
          <thead>
            <tr>
              <th scope="col">{t('gaps.product')}</th>
              <th scope="col" className="number">
                {t('gaps.quantity')}
              </th>
              <th scope="col">{t('gaps.days')}</th>
              <th scope="col" className="admin-actions">
                {t('gaps.do')}
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((gap) => (
              <tr key={`${gap.product} ${gap.minQuantity} ${gap.from}`}>
                <td>
                  <Link to={`/products/${gap.product}`}>{gap.label}</Link>
                </td>
                <td className="number">{formatDecimal(gap.minQuantity)}</td>
                <td className="admin-nowrap">{t('gaps.between', { from: gap.from, until: gap.until })}</td>
                <td className="admin-actions">
                  {mayCreate && (
                    <Button
                      kind="ghost"
                      icon="plus"
                      onClick={() =>
                        openForm({
                          type: 'prices',
                          initial: {
                            priceList: { id: list.id, name: String(list.name) },
                            product: { id: gap.product, name: gap.label },
                            minQuantity: gap.minQuantity,
                            startsOn: gap.from,
                            endsOn: gap.until,
                          },
                        })
                      }
                    >
                      {t('gaps.fill')}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </TableRegion>
    </section>
  );
}
