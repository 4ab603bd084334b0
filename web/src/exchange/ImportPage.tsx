import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { sentence } from '../api/problem';
import { useRecordType, useRecordTypes } from '../api/queries';
import { labelOf } from '../language';
import { Failure, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { PageBar } from '../shell/PageBar';
import { ImportResultView } from './ImportResultView';
import { inspectFile, type Inspection, useImport } from './imports';
import { MappingStep } from './MappingStep';
import { completeMapping, type Mapping } from './mapping';
import { PastImports } from './PastImports';
import { UploadStep } from './UploadStep';
import '../records/form/form.css';
import '../records/page/page.css';
import './exchange.css';

/** Brings a file in: choose it, match its columns, try it without saving, then import, and take it back if need be. */
export default function ImportPage({ batch }: { batch?: string }) {
  return batch ? <OneImport batch={batch} /> : <NewImport />;
}

function OneImport({ batch }: { batch: string }) {
  const { t } = useTranslation('exchange');
  const result = useImport(batch);
  return (
    <>
      <PageBar
        title={t('import.resultTitle')}
        aside={<Steps at={4} />}
        actions={<Link to="/import">{t('import.another')}</Link>}
      />
      <div className="exchange-page">
        {result.isLoading && <Skeleton lines={5} />}
        {result.isError && <Failure message={sentence(result.error)} onRetry={() => void result.refetch()} />}
        {result.data && <ImportResultView result={result.data} />}
        <PastImports />
      </div>
    </>
  );
}

interface Chosen {
  file: File;
  inspection: Inspection;
  mapping: Mapping;
}

function NewImport() {
  const { t } = useTranslation('exchange');
  const [parameters, setParameters] = useSearchParams();
  const types = (useRecordTypes().data ?? []).filter((candidate) => candidate.rights.import);
  const type =
    parameters.get('type') ?? types.find((candidate) => candidate.type === 'customers')?.type ?? types[0]?.type;
  const recordType = useRecordType(type);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);

  const take = async (file: File, encoding: string | null = null, delimiter: string | null = null) => {
    if (!type || !recordType.data) return;
    setBusy(true);
    try {
      const inspection = await inspectFile(file, type, encoding, delimiter);
      setChosen({
        file,
        inspection,
        mapping: completeMapping(inspection.columns, inspection.mapping ?? {}, recordType.data.fields),
      });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <PageBar title={t('import.title')} aside={<Steps at={chosen ? (tried ? 3 : 2) : 1} />} />
      <div className="exchange-page">
        {chosen && recordType.data ? (
          <MappingStep
            key={`${chosen.file.name}${chosen.inspection.encoding}${chosen.inspection.delimiter}`}
            recordType={recordType.data}
            file={chosen.file}
            inspection={chosen.inspection}
            first={chosen.mapping}
            busy={busy}
            onReadAgain={(encoding, delimiter) => void take(chosen.file, encoding, delimiter)}
            onBack={() => setChosen(null)}
            onTrial={setTried}
          />
        ) : (
          <>
            <div className="exchange-type" role="radiogroup" aria-label={t('import.what')}>
              {types.map((candidate) => (
                <label
                  key={candidate.type}
                  className="exchange-option"
                  data-chosen={candidate.type === type || undefined}
                >
                  <input
                    type="radio"
                    name="type"
                    checked={candidate.type === type}
                    onChange={() => setParameters({ type: candidate.type })}
                  />
                  {labelOf(candidate.labels, candidate.type)}
                </label>
              ))}
            </div>
            <UploadStep busy={busy || recordType.isLoading} onFile={(file) => void take(file)} />
            <PastImports />
          </>
        )}
      </div>
    </>
  );
}

function Steps({ at }: { at: number }) {
  const { t } = useTranslation('exchange');
  return (
    <ol className="exchange-steps" aria-label={t('steps.label')}>
      {(['upload', 'map', 'check', 'done'] as const).map((step, index) => (
        <li key={step} aria-current={index + 1 === at ? 'step' : undefined}>
          {index + 1} {t(`steps.${step}`)}
        </li>
      ))}
    </ol>
  );
}
