import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Unreachable, sentence } from '../api/problem';
import { currentLanguage, labelOf } from '../language';
import { Empty, Failure, Skeleton, TextInput } from '../look/parts';
import { useRecordTypes } from '../api/queries';
import { PageBar } from '../shell/PageBar';
import { matching, type OpenApi, type Operation, operationsOf } from './document';
import { Trial } from './Trial';
import './explorer.css';

async function fetchDocument(signal: AbortSignal): Promise<OpenApi> {
  const response = await fetch('/openapi/v1.json', {
    signal,
    headers: { 'Accept-Language': currentLanguage() },
  }).catch(() => null);
  if (!response?.ok) throw new Unreachable();
  return (await response.json()) as OpenApi;
}

/** Every call of the API with what it takes, to be tried against the real data. */
export default function ExplorerPage() {
  const { t } = useTranslation('explorer');
  const [parameters, setParameters] = useSearchParams();
  const [typed, setTyped] = useState('');
  const document = useQuery({
    queryKey: ['openapi', currentLanguage()],
    queryFn: ({ signal }) => fetchDocument(signal),
  });
  const operations = useMemo(() => (document.data ? operationsOf(document.data) : []), [document.data]);
  const shown = useMemo(() => matching(operations, typed), [operations, typed]);
  const chosen = operations.find(({ id }) => id === parameters.get('call'));

  return (
    <>
      <PageBar
        title={t('title')}
        aside={
          <a className="meta" href="/openapi/v1.json" target="_blank" rel="noreferrer">
            {t('document')}
          </a>
        }
      />
      {document.error ? (
        <Failure message={sentence(document.error)} onRetry={() => void document.refetch()} />
      ) : !document.data ? (
        <Skeleton lines={10} />
      ) : (
        <div className="explorer" data-chosen={chosen ? true : undefined}>
          <nav className="explorer-calls" aria-label={t('calls')}>
            <TextInput
              type="search"
              aria-label={t('find')}
              placeholder={t('find')}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            <Calls
              operations={shown}
              chosen={chosen}
              isOpen={typed !== ''}
              onChoose={(operation) => setParameters({ call: operation.id })}
            />
            {shown.length === 0 && <p className="meta">{t('nothing')}</p>}
          </nav>
          <section className="explorer-call" aria-label={t('try')}>
            {chosen ? (
              <Trial key={chosen.id} operation={chosen} onBack={() => setParameters({})} />
            ) : (
              <Empty icon="link" title={t('choose')}>
                {t('chooseHelp')}
              </Empty>
            )}
          </section>
        </div>
      )}
    </>
  );
}

interface CallsProps {
  operations: readonly Operation[];
  chosen: Operation | undefined;
  isOpen: boolean;
  onChoose: (operation: Operation) => void;
}

function Calls({ operations, chosen, isOpen, onChoose }: CallsProps) {
  const types = useRecordTypes().data ?? [];
  const nouns = [...new Set(operations.map(({ noun }) => noun))];
  // The nouns people know come first, the program's own behind them.
  const rank = (noun: string) => {
    const at = types.findIndex(({ type }) => type === noun);
    return at < 0 ? types.length : at;
  };
  return nouns
    .toSorted((a, b) => rank(a) - rank(b))
    .map((noun) => (
      <details key={noun} open={isOpen || chosen?.noun === noun || undefined}>
        <summary>
          {labelOf(types.find(({ type }) => type === noun)?.labels)} <span className="meta">{noun}</span>
        </summary>
        <ul>
          {operations
            .filter((operation) => operation.noun === noun)
            .map((operation) => (
              <li key={operation.id}>
                <button
                  type="button"
                  aria-current={operation.id === chosen?.id || undefined}
                  onClick={() => onChoose(operation)}
                >
                  <Method method={operation.method} />
                  <span className="explorer-path">{operation.path}</span>
                  <span className="meta">{operation.summary}</span>
                </button>
              </li>
            ))}
        </ul>
      </details>
    ));
}

export function Method({ method }: { method: string }) {
  return <code className={`explorer-method explorer-${method.toLowerCase()}`}>{method}</code>;
}
