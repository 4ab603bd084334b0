import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../api/client';
import { sentence } from '../api/problem';
import { Select } from '../look/Select';
import { Button, Labelled, Segmented, TextInput } from '../look/parts';
import { Popover, useAnchor } from '../look/popover';
import { useBehaviours } from '../records/filter/behaviours';
import { FilterBuilder } from '../records/filter/FilterBuilder';
import { ConditionWords, useAskable } from '../segments/ConditionWords';
import { KeptScores } from './KeptScores';
import { type LabAnswer, LabResult } from './LabResult';

const purchases = ['bg-nbd', 'mbg-nbd', 'pareto-nbd', 'bg-bb', 'gamma-gamma'];
const models = ['cluster', 'logistic', 'boosting', 'tree', ...purchases];
const units = ['day', 'week', 'month', 'year'];

/** What is no number goes as it was typed: the server says what is wrong with it. */
const numberOrText = (text: string) => (text.trim() ? (Number.isNaN(Number(text)) ? text : Number(text)) : null);

/** A model over the customers one sees or a file one brings: what it finds, how far to trust it, and scores that are kept. */
export function Laboratory() {
  const { t } = useTranslation('value');
  const [from, setFrom] = useState<'customers' | 'file'>('customers');
  const [file, setFile] = useState<File>();
  const [asked, setAsked] = useState({
    model: 'cluster',
    filter: 'value.tier != null',
    target: 'value.late > 2',
    column: '',
    positive: '',
    clusters: '',
    unit: 'week',
    calibrationEnd: '',
    horizon: '',
  });
  const change = (part: Partial<typeof asked>) => setAsked((before) => ({ ...before, ...part }));
  const ofFile = from === 'file';
  const question = {
    model: asked.model,
    filter: ofFile ? null : asked.filter,
    target: ofFile ? asked.column : asked.target,
    positive: ofFile ? asked.positive : null,
    clusters: numberOrText(asked.clusters),
    unit: asked.unit,
    calibrationEnd: asked.calibrationEnd,
    horizon: numberOrText(asked.horizon),
  };
  const run = useMutation({
    mutationFn: async () => {
      if (!ofFile) return { answer: await post<LabAnswer>('/lab:run', question), question: question as object | null };
      const form = new FormData();
      form.append('options', JSON.stringify(question));
      if (file) form.append('file', file);
      return { answer: await post<LabAnswer>('/lab:run', form), question: null };
    },
  });
  const text = (name: Exclude<keyof typeof asked, 'model' | 'unit'>, label: string, type = 'text') => (
    <Labelled label={label} htmlFor={`lab-${name}`}>
      <TextInput
        id={`lab-${name}`}
        type={type}
        value={asked[name]}
        onChange={(event) => change({ [name]: event.target.value })}
      />
    </Labelled>
  );
  const choice = (name: 'model' | 'unit', label: string, options: readonly string[], group: string) => (
    <Labelled label={label} htmlFor={`lab-${name}`}>
      <Select
        id={`lab-${name}`}
        label={label}
        value={asked[name]}
        options={options.map((option) => ({ value: option, label: t(`lab.${group}.${option}`) }))}
        onChange={(value) => change({ [name]: value })}
      />
    </Labelled>
  );
  const condition = (name: 'filter' | 'target') => (
    <Condition
      id={`lab-${name}`}
      label={t(`lab.${name}`)}
      empty={t(`lab.${name}Empty`)}
      filter={asked[name]}
      onChange={(filter) => change({ [name]: filter })}
    />
  );
  const ofPurchases = purchases.includes(asked.model);
  return (
    <div className="value-page">
      <section className="value-card">
        <h2>{t('lab.title')}</h2>
        <p className="meta">{t('lab.what')}</p>
        <form
          className="value-rules"
          onSubmit={(event) => {
            event.preventDefault();
            run.mutate();
          }}
        >
          <Segmented
            label={t('lab.from')}
            value={from}
            options={[
              { value: 'customers', label: t('lab.ofCustomers') },
              { value: 'file', label: t('lab.ofFile') },
            ]}
            onChange={setFrom}
          />
          <div className="value-numbers">
            {choice('model', t('lab.model'), models, 'models')}
            {ofFile ? (
              <Labelled label={t('lab.file')} htmlFor="lab-file">
                <input
                  id="lab-file"
                  type="file"
                  className="text-input"
                  accept=".csv,.tsv,.txt,.xlsx,.xls,.xlsb"
                  onChange={(event) => setFile(event.target.files?.[0])}
                />
              </Labelled>
            ) : (
              condition('filter')
            )}
            {asked.model === 'cluster' && text('clusters', t('lab.clusters'))}
            {asked.model !== 'cluster' && !ofPurchases && !ofFile && condition('target')}
            {asked.model !== 'cluster' && !ofPurchases && ofFile && text('column', t('lab.column'))}
            {asked.model !== 'cluster' && !ofPurchases && ofFile && text('positive', t('lab.positive'))}
            {ofPurchases && choice('unit', t('lab.unit'), units, 'units')}
            {ofPurchases && text('calibrationEnd', t('lab.calibrationEnd'), 'date')}
            {ofPurchases && text('horizon', t('lab.horizon'))}
          </div>
          {ofFile && <p className="meta">{t(ofPurchases ? 'lab.fileOfPurchases' : 'lab.fileOfRows')}</p>}
          {run.error && (
            <p role="alert" className="labelled-error">
              {sentence(run.error)}
            </p>
          )}
          <div className="value-foot">
            <Button kind="primary" type="submit" busy={run.isPending} disabled={ofFile && !file}>
              {t('lab.run')}
            </Button>
          </div>
        </form>
      </section>
      {run.data && <LabResult data={run.data.answer} />}
      <KeptScores asked={run.data?.question && run.data.answer.model !== 'tree' ? run.data : null} />
    </div>
  );
}

/** A condition in words; it is clicked together in the builder that lists and segments use. */
function Condition(props: {
  id: string;
  label: string;
  empty: string;
  filter: string;
  onChange: (filter: string) => void;
}) {
  const fields = useAskable();
  const behaviours = useBehaviours('customers');
  const builder = useAnchor();
  return (
    <Labelled label={props.label} htmlFor={props.id}>
      <button
        id={props.id}
        type="button"
        className="text-input lab-condition"
        aria-haspopup="dialog"
        aria-expanded={builder.isOpen}
        onClick={(event) => builder.open(event.currentTarget)}
      >
        {props.filter ? <ConditionWords filter={props.filter} /> : props.empty}
      </button>
      {builder.isOpen && fields.length > 0 && (
        <Popover anchor={builder.anchor} label={props.label} width={680} onClose={builder.close}>
          <FilterBuilder
            fields={fields}
            behaviours={behaviours}
            filter={props.filter}
            onChange={props.onChange}
            onClose={builder.close}
          />
        </Popover>
      )}
    </Labelled>
  );
}
