import { useTranslation } from 'react-i18next';
import { useSession } from '../api/session';
import type { Values } from '../api/types';
import RecordPage, { type PartProps } from '../records/page/RecordPage';
import { Rows } from './Rows';

/** A product with what belongs to it: its prices in every list, its variants, what a bundle has in it, and what it has cost. */
export default function ProductPage({ type, id }: { type: string; id: string }) {
  return <RecordPage type={type} id={id} Middle={Belongings} wide />;
}

function Belongings({ record, refresh }: PartProps) {
  const { t } = useTranslation('catalogue');
  const { may } = useSession();
  const product = { id: record.id, name: String(record.name) };
  const inherited: Values = { variantOf: product };
  for (const name of ['name', 'kind', 'unit', 'productLine', 'taxRate']) inherited[name] = record[name];
  return (
    <>
      <Rows
        type="prices"
        title={t('prices.title')}
        help={t('prices.ofProduct')}
        columns={['priceList', 'minQuantity', 'price', 'startsOn', 'endsOn']}
        filter={`product = "${record.id}"`}
        sort="minQuantity,startsOn"
        empty={t('prices.none')}
        create={t('prices.create')}
        initial={{ product }}
        blank={{ startsOn: t('prices.always'), endsOn: t('prices.always') }}
      />
      {!record.variantOf && (
        <Rows
          type="products"
          title={t('variants.title')}
          columns={['code', 'name', 'variant', 'listPrice', 'stock', 'active']}
          filter={`variantOf = "${record.id}"`}
          sort="code"
          empty={t('variants.none')}
          create={t('variants.create')}
          initial={inherited}
          linked
          blank={{ listPrice: t('variants.ofMain') }}
        />
      )}
      <Rows
        type="bundle-items"
        title={t('parts.title')}
        help={t('parts.help')}
        columns={['product', 'quantity']}
        filter={`bundle = "${record.id}"`}
        empty={t('parts.none')}
        create={t('parts.create')}
        initial={{ bundle: product }}
      />
      {may('costs.read') && (
        <Rows
          type="product-costs"
          title={t('costs.title')}
          help={t('costs.help')}
          columns={['startsOn', 'cost', 'note', 'createdBy']}
          filter={`product = "${record.id}"`}
          sort="-startsOn"
          empty={t('costs.none')}
          create={t('costs.create')}
          initial={{ product }}
          onSaved={refresh}
        />
      )}
    </>
  );
}
