import { useTranslation } from 'react-i18next';
import { useRecordTypes } from '../api/queries';
import { labelOf } from '../language';
import { Button, Checkbox, Chip } from '../look/parts';
import type { Mentions } from './erasure';

interface MentionListProps {
  mentions: Mentions;
  ticked: ReadonlySet<string>;
  onChange: (ticked: ReadonlySet<string>) => void;
}

const loose = [
  'views',
  'imports',
  'files',
  'rules',
  'ledger',
  'approvals',
  'approval-comments',
  'quote-links',
  'quote-answers',
];

/** Places elsewhere that name the person: a number or address is surely theirs, a name alone may be somebody else's. */
export function MentionList({ mentions, ticked, onChange }: MentionListProps) {
  const { t } = useTranslation('privacy');
  const types = useRecordTypes().data ?? [];
  const kindOf = (kind: string) =>
    loose.includes(kind)
      ? t(`mentions.kinds.${kind}`)
      : labelOf(types.find((type) => type.type === kind)?.singularLabels, kind);
  const { items, unseen, complete } = mentions;
  if (items.length === 0 && unseen === 0) return <p className="meta">{t('mentions.none')}</p>;
  const toggle = (key: string, on: boolean) => {
    const next = new Set(ticked);
    if (on) next.add(key);
    else next.delete(key);
    onChange(next);
  };
  return (
    <section aria-label={t('mentions.title')} className="erase-mentions">
      <h3>{t('mentions.title')}</h3>
      <p className="meta">{t('mentions.hint')}</p>
      <ul>
        {items.map((item) => (
          <li key={item.key}>
            <Checkbox
              bare
              label={`${kindOf(item.kind)} ${item.title} ${item.excerpt}`}
              checked={ticked.has(item.key)}
              onChange={(event) => toggle(item.key, event.target.checked)}
            />
            <div>
              <p>
                <span className="meta">{kindOf(item.kind)}</span> {item.title}{' '}
                <Chip color={item.certain ? 'blue' : 'grey'}>
                  {t(item.certain ? 'mentions.certain' : 'mentions.nameOnly')}
                </Chip>
              </p>
              <p className="erase-excerpt">{item.excerpt}</p>
            </div>
          </li>
        ))}
      </ul>
      {items.length > 1 && (
        <div className="admin-tools">
          <Button kind="ghost" onClick={() => onChange(new Set(items.map((item) => item.key)))}>
            {t('mentions.all')}
          </Button>
          <Button kind="ghost" onClick={() => onChange(new Set())}>
            {t('mentions.noneOfThem')}
          </Button>
        </div>
      )}
      {unseen > 0 && <p className="labelled-error">{t('mentions.unseen', { number: unseen })}</p>}
      {!complete && <p className="labelled-error">{t('mentions.incomplete')}</p>}
    </section>
  );
}
