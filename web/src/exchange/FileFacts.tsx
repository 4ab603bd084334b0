import { useTranslation } from 'react-i18next';
import { Button, Checkbox, Chip } from '../look/parts';
import { Select } from '../look/Select';
import type { Inspection, Reading } from './imports';

const encodings = ['utf-8', 'gb18030', 'big5', 'utf-16'];
const delimiters = [',', '\t', ';', '|'];

interface FileFactsProps {
  fileName: string;
  seen: Inspection;
  reading: Reading;
  busy: boolean;
  onRead: (reading: Reading) => void;
  onBack: () => void;
}

/** What the file was found to be, and the way to say that it is something else. */
export function FileFacts({ fileName, seen, reading, busy, onRead, onBack }: FileFactsProps) {
  const { t } = useTranslation('exchange');
  const as = (more: Partial<Reading>) =>
    onRead({ ...reading, encoding: seen.encoding, delimiter: seen.delimiter, sheet: seen.sheet, ...more });
  const choice = (
    label: string,
    value: string,
    values: readonly string[],
    name: (value: string) => string,
    key: keyof Reading,
  ) => (
    <label className="meta">
      {label}{' '}
      <Select
        label={label}
        value={value}
        disabled={busy}
        options={[...new Set([value, ...values])].map((one) => ({ value: one, label: name(one) }))}
        onChange={(chosen) => as({ [key]: chosen })}
      />
    </label>
  );
  return (
    <section className="panel" aria-label={t('map.file')}>
      <div className="exchange-file">
        <strong className="ellipsis">{fileName}</strong>
        {seen.source && <Chip color="green">{t(`source.${seen.source}`)}</Chip>}
        {seen.encoding &&
          choice(t('map.encoding'), seen.encoding.toLowerCase(), encodings, (name) => name.toUpperCase(), 'encoding')}
        {seen.delimiter &&
          choice(
            t('map.delimiter'),
            seen.delimiter,
            delimiters,
            (sign) => (sign === '\t' ? t('map.tab') : sign),
            'delimiter',
          )}
        {seen.sheet &&
          seen.sheets.length > 1 &&
          choice(t('map.sheet'), seen.sheet, seen.sheets, (name) => name, 'sheet')}
        {seen.source !== 'vcard' && (
          <Checkbox
            label={seen.headerRow > 1 ? t('map.headerAt', { row: seen.headerRow }) : t('map.header')}
            checked={seen.headerRow > 0}
            disabled={busy}
            onChange={(event) => as({ hasHeader: event.target.checked })}
          />
        )}
        <Button onClick={onBack}>{t('map.otherFile')}</Button>
      </div>
    </section>
  );
}
