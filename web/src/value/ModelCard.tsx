import { useTranslation } from 'react-i18next';
import { labelOf } from '../language';
import { formatDecimal } from '../look/format';
import { Card } from './Card';
import { Tracking } from './Charts';
import { plain, type Report } from './value';

/** Which model tells the figures, how it did on what it had not seen, and what is to be known about it. */
export function ModelCard({ report }: { report: Report }) {
  const { t } = useTranslation('value');
  const { model } = report;
  return (
    <Card title={t('model.title')} what={model.fitted ? t('model.fitted', { name: model.name }) : t('model.notFitted')}>
      {model.tracking.length > 0 && (
        <Tracking
          points={model.tracking}
          label={t('tracking.what')}
          actual={t('tracking.actual')}
          expected={t('tracking.expected')}
        />
      )}
      <Parameters title={t('model.parameters')} values={model.parameters} />
      <Parameters title={t('model.spend')} values={model.spendParameters} />
      {model.holdout && (
        <p>
          {t('model.holdout', {
            model: model.holdout.model.meanAbsoluteError.toFixed(2),
            baseline: model.holdout.baseline.meanAbsoluteError.toFixed(2),
            actual: formatDecimal(Math.round(model.holdout.model.actual)),
            predicted: formatDecimal(Math.round(model.holdout.model.predicted)),
          })}
        </p>
      )}
      {report.withoutCost > 0 && (
        <p className="meta">
          {t('model.withoutCost', { count: report.withoutCost, number: formatDecimal(report.withoutCost) })}
        </p>
      )}
      {model.findings.map((finding) => (
        <p key={finding.code} className="meta">
          {labelOf(finding.words, finding.sentence)}
        </p>
      ))}
    </Card>
  );
}

function Parameters({ title, values }: { title: string; values: Record<string, number> }) {
  const known = Object.entries(values);
  if (known.length === 0) return null;
  return (
    <p className="meta">
      {title}: {known.map(([name, value]) => `${name} ${plain(value)}`).join(', ')}
    </p>
  );
}
