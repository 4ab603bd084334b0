import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { base, get, post } from '../api/client';
import { sentence } from '../api/problem';
import type { Money } from '../api/types';
import { i18n } from '../language';
import { formatMoney } from '../look/format';
import { Button, Chip, Failure, Skeleton, TextInput } from '../look/parts';
import './quotes.css';

interface Offer {
  language: string;
  title: string;
  company: string;
  customer: string;
  seller?: string;
  watermark: string;
  number: string;
  name: string;
  status: string;
  acceptedBy?: string;
  quotedOn: string;
  validUntil: string;
  paymentTerms?: string;
  deliveryTerms?: string;
  note?: string;
  amount: Money;
  tax: Money;
  capitals?: string;
  lines: { description: string; quantity: number; unit?: string; unitPrice: Money; net: Money; remark?: string }[];
}

const quiet = { quiet401: true } as const;

/** What a customer sees by a link, without signing in: the offer, yes or no, a question. */
export default function OfferPage() {
  const { t } = useTranslation('quotes');
  const { secret = '' } = useParams();
  const path = `/offers/${encodeURIComponent(secret)}`;
  const [name, setName] = useState('');
  const [words, setWords] = useState('');
  const [said, setSaid] = useState('');
  const offer = useQuery({
    queryKey: ['offer', secret],
    queryFn: () => get<Offer>(path, quiet),
    retry: false,
    staleTime: Infinity,
  });
  const data = offer.data;
  useEffect(() => {
    if (data) {
      void i18n.changeLanguage(data.language);
      document.title = `${data.number} · ${data.company}`;
      document.documentElement.lang = data.language;
    }
    const robots = document.head.appendChild(
      Object.assign(document.createElement('meta'), { name: 'robots', content: 'noindex' }),
    );
    return () => robots.remove();
  }, [data]);
  if (offer.isError) return <Failure message={sentence(offer.error)} />;
  if (!data) return <Skeleton lines={10} />;

  const answer = async (kind: string) => {
    try {
      await post(`${path}:${kind}`, { name, words }, quiet);
      setWords('');
      setSaid(t(`offer.did.${kind}`));
      await offer.refetch();
    } catch (error) {
      setSaid(sentence(error));
    }
  };

  return (
    <main className="offer">
      <div className="offer-watermark" aria-hidden="true">
        {Array.from({ length: 40 }, (_, at) => (
          <span key={at}>{data.watermark}</span>
        ))}
      </div>
      <header>
        <h1>{data.company}</h1>
        <h2>
          {data.title} <span className="meta">{data.number}</span>
        </h2>
        <p>
          {data.customer} · {data.name}
        </p>
        <p className="meta">
          {data.quotedOn} · {t('offer.until', { day: data.validUntil })} · {data.seller}
        </p>
      </header>
      <div className="offer-table">
        <table>
          <thead>
            <tr>
              <th>{t('grid.product')}</th>
              <th className="number">{t('grid.quantity')}</th>
              <th className="number">{t('grid.price')}</th>
              <th className="number">{t('grid.net')}</th>
            </tr>
          </thead>
          <tbody>
            {data.lines.map((line, at) => (
              <tr key={at}>
                <td>
                  {line.description}
                  {line.remark && <p className="meta">{line.remark}</p>}
                </td>
                <td className="number">
                  {line.quantity} {line.unit}
                </td>
                <td className="number">{formatMoney(line.unitPrice)}</td>
                <td className="number">{formatMoney(line.net)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="offer-total">
        {t('sums.total')} <strong>{formatMoney(data.amount)}</strong>
        {data.capitals && <span className="meta">{data.capitals}</span>}
        <span className="meta">
          {t('sums.tax')} {formatMoney(data.tax)}
        </span>
      </p>
      {(['paymentTerms', 'deliveryTerms', 'note'] as const).map(
        (name) =>
          data[name] && (
            <div key={name} className="offer-terms">
              <span className="meta">{t(`offer.${name}`)}</span>
              <p>{data[name]}</p>
            </div>
          ),
      )}
      <a className="button button-plain" href={`${base}${path}/paper`} target="_blank" rel="noreferrer">
        PDF
      </a>
      <section className="offer-answer" aria-label={t('offer.answer')}>
        {data.status !== 'sent' && (
          <Chip color={data.status === 'accepted' ? 'green' : 'red'}>
            {t(`offer.is.${data.status}`, { name: data.acceptedBy ?? '' })}
          </Chip>
        )}
        <label>
          <span>{t('offer.name')}</span>
          <TextInput value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />
        </label>
        <label>
          <span>{t('offer.words')}</span>
          <textarea
            className="text-input"
            rows={3}
            maxLength={2000}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </label>
        <div>
          <Button disabled={!name.trim() || !words.trim()} onClick={() => void answer('comment')}>
            {t('offer.comment')}
          </Button>
          {data.status === 'sent' && (
            <>
              <Button disabled={!name.trim()} onClick={() => void answer('decline')}>
                {t('offer.decline')}
              </Button>
              <Button kind="primary" disabled={!name.trim()} onClick={() => void answer('accept')}>
                {t('offer.accept')}
              </Button>
            </>
          )}
        </div>
        <p role="status">{said}</p>
      </section>
    </main>
  );
}
