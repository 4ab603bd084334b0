import { AutoComplete, Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ContactPoint } from '../../../api/types';
import { type KindInputProps } from './input';

const kinds = ['wechat', 'wecom', 'qq', 'mobile', 'office', 'fax', 'email', 'dingtalk'] as const;

/** Further numbers and accounts, each with its label: 微信, 办公电话, … */
export function ContactPointsInput({ value, onChange, commit, label, size, describedBy }: KindInputProps) {
  const { t } = useTranslation('record');
  const points = Array.isArray(value) ? (value as ContactPoint[]) : [];
  const replace = (at: number, part: Partial<ContactPoint>) =>
    onChange(points.map((point, index) => (index === at ? { ...point, ...part } : point)));

  return (
    <div
      className="field-input-column"
      role="group"
      aria-label={label}
      aria-describedby={describedBy}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) commit();
      }}
    >
      {points.map((point, index) => (
        <div key={index} className="field-points-row">
          <AutoComplete
            size={size}
            aria-label={t('field.pointLabel', { number: index + 1 })}
            value={point.label}
            options={kinds.map((kind) => ({ value: t(`field.point.${kind}`) }))}
            popupMatchSelectWidth={false}
            onChange={(text) => replace(index, { label: text })}
          />
          <Input
            size={size}
            aria-label={t('field.pointValue', { number: index + 1 })}
            value={point.value}
            maxLength={200}
            onChange={(event) => replace(index, { value: event.target.value })}
          />
          <Button
            type="text"
            size={size}
            aria-label={t('field.pointRemove', { number: index + 1 })}
            onClick={() => onChange(points.filter((_, at) => at !== index))}
          >
            ×
          </Button>
        </div>
      ))}
      <Button
        size="small"
        type="dashed"
        onClick={() => onChange([...points, { label: t('field.point.wechat'), value: '' }])}
      >
        {t('field.pointAdd')}
      </Button>
    </div>
  );
}
