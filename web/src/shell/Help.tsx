import { useTranslation } from 'react-i18next';
import { Dialog } from '../look/Dialog';
import { commandKey } from './Rail';

const groups: [string, [string, string][]][] = [
  [
    'anywhere',
    [
      [commandKey, 'palette'],
      ['/', 'search'],
      ['C', 'create'],
      ['?', 'help'],
      ['Esc', 'back'],
    ],
  ],
  [
    'list',
    [
      ['↑ ↓ · J K', 'move'],
      ['Enter', 'open'],
      ['Space', 'peek'],
      ['E', 'edit'],
      ['F', 'filter'],
      ['X', 'select'],
      ['Shift X', 'range'],
      ['Shift ↑ ↓', 'extend'],
      [`${commandKey.replace('K', 'A')}`, 'all'],
    ],
  ],
  [
    'cell',
    [
      ['← →', 'sideways'],
      ['F2', 'editCell'],
      ['Tab', 'next'],
      ['Esc', 'cancel'],
    ],
  ],
];

export function Help({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('help.title')} onClose={onClose} width={640}>
      <div className="help">
        {groups.map(([group, rows]) => (
          <section key={group}>
            <h3>{t(`help.${group}`)}</h3>
            <dl>
              {rows.map(([shortcut, meaning]) => (
                <div key={meaning}>
                  <dt>
                    <kbd>{shortcut}</kbd>
                  </dt>
                  <dd>{t(`help.${meaning}`)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
