import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { sentence } from '../api/problem';
import { useRecordType, useRecordTypes } from '../api/queries';
import { labelOf } from '../language';
import { Button, Failure, Skeleton } from '../look/parts';
import { toast } from '../look/toast';
import { PageBar } from '../shell/PageBar';
import { CheckStep } from './CheckStep';
import { ImportResultView } from './ImportResultView';
import {
  type ImportOptions,
  inspectAgain,
  type Inspection,
  type Reading,
  uploadFile,
  useImport,
  useMappings,
} from './imports';
import { MappingStep } from './MappingStep';
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
        {result.data && <ImportResultView result={result.data} onChanged={() => void result.refetch()} />}
        <PastImports />
      </div>
    </>
  );
}

interface Chosen {
  fileName: string;
  seen: Inspection;
  reading: Reading;
}

const unread = { encoding: null, delimiter: null, sheet: null, hasHeader: null };

function NewImport() {
  const { t } = useTranslation('exchange');
  const [parameters, setParameters] = useSearchParams();
  const types = (useRecordTypes().data ?? []).filter((candidate) => candidate.rights.import);
  const type =
    parameters.get('type') ?? types.find((candidate) => candidate.type === 'customers')?.type ?? types[0]?.type;
  const recordType = useRecordType(type);
  const besideName = recordType.data?.importsWith ?? undefined;
  const together = parameters.has('together') && Boolean(besideName);
  const beside = useRecordType(together ? besideName : undefined);
  const saved = useMappings(type ?? 'customers');
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [options, setOptions] = useState<ImportOptions | null>(null);
  const [checking, setChecking] = useState(false);
  const [busy, setBusy] = useState(false);
  const ready = recordType.data && (!together || beside.data) && !saved.isLoading;

  const read = async (work: () => Promise<Inspection>, fileName: string, reading: Reading) => {
    setBusy(true);
    try {
      const seen = await work();
      setOptions(null);
      setChosen({ fileName, seen, reading });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    } finally {
      setBusy(false);
    }
  };
  const take = (file: File) => {
    const reading = { type: type!, together, ...unread };
    return read(() => uploadFile(file, reading), file.name, reading);
  };
  const readAgain = (reading: Reading) =>
    read(() => inspectAgain(chosen!.seen.batch, reading), chosen!.fileName, reading);

  // People with the name of their company: both can come in at once.
  const parent = types.find((candidate) => candidate.importsWith === type);
  const hasCompany =
    parent &&
    recordType.data?.parentField &&
    Object.values(chosen?.seen.mapping ?? {}).includes(recordType.data.parentField);

  if (chosen && ready && checking && options)
    return (
      <>
        <PageBar title={t('import.title')} aside={<Steps at={3} />} />
        <div className="exchange-page">
          <CheckStep
            batch={chosen.seen.batch}
            recordType={recordType.data!}
            beside={beside.data}
            first={options}
            onOptions={setOptions}
            onBack={() => setChecking(false)}
          />
        </div>
      </>
    );

  return (
    <>
      <PageBar title={t('import.title')} aside={<Steps at={chosen ? 2 : 1} />} />
      <div className="exchange-page">
        {chosen && ready ? (
          <>
            {hasCompany && !together && (
              <div className="record-notice">
                <p>{t('together.offer')}</p>
                <Button
                  onClick={() => {
                    setParameters({ type: parent.type, together: '' });
                    void readAgain({ ...chosen.reading, type: parent.type, together: true });
                  }}
                >
                  {t('together.take')}
                </Button>
              </div>
            )}
            <MappingStep
              key={`${chosen.seen.batch}${chosen.seen.encoding}${chosen.seen.delimiter}${chosen.seen.sheet}${chosen.seen.headerRow}${together}`}
              recordType={recordType.data!}
              beside={beside.data}
              fileName={chosen.fileName}
              seen={chosen.seen}
              reading={chosen.reading}
              saved={saved.data ?? []}
              before={options}
              busy={busy}
              onRead={(reading) => void readAgain(reading)}
              onBack={() => {
                setChosen(null);
                setOptions(null);
              }}
              onNext={(next) => {
                setOptions(next);
                setChecking(true);
              }}
            />
          </>
        ) : (
          <>
            <div className="exchange-type" role="radiogroup" aria-label={t('import.what')}>
              {types.flatMap((candidate) => [
                <TypeOption
                  key={candidate.type}
                  label={labelOf(candidate.labels, candidate.type)}
                  chosen={candidate.type === type && !together}
                  onChoose={() => setParameters({ type: candidate.type })}
                />,
                ...(candidate.importsWith
                  ? [
                      <TypeOption
                        key={`${candidate.type}+`}
                        label={t('together.option', {
                          one: labelOf(candidate.labels, candidate.type),
                          other: labelOf(
                            types.find((one) => one.type === candidate.importsWith)?.labels,
                            candidate.importsWith,
                          ),
                        })}
                        chosen={candidate.type === type && together}
                        onChoose={() => setParameters({ type: candidate.type, together: '' })}
                      />,
                    ]
                  : []),
              ])}
            </div>
            <UploadStep busy={busy || recordType.isLoading} onFile={(file) => void (type && take(file))} />
            <PastImports />
          </>
        )}
      </div>
    </>
  );
}

function TypeOption({ label, chosen, onChoose }: { label: string; chosen: boolean; onChoose: () => void }) {
  return (
    <label className="exchange-option" data-chosen={chosen || undefined}>
      <input type="radio" name="type" checked={chosen} onChange={onChoose} />
      {label}
    </label>
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
