import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../look/icons';
import { isTyping } from '../look/keys';
import { Button } from '../look/parts';
import { pastedFile } from './mapping';

/** Takes a file by drop, choice or paste; a block copied from a spreadsheet is as good as a file. */
export function UploadStep({ busy, onFile }: { busy: boolean; onFile: (file: File) => void }) {
  const { t } = useTranslation('exchange');
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [pasting, setPasting] = useState(false);
  const take = useRef(onFile);
  take.current = onFile;

  useEffect(() => {
    const pasted = (event: ClipboardEvent) => {
      if (isTyping(event as unknown as KeyboardEvent)) return;
      const file = event.clipboardData?.files[0];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (file) take.current(file);
      else if (text.includes('\n')) take.current(pastedFile(text));
      else return;
      event.preventDefault();
    };
    document.addEventListener('paste', pasted);
    return () => document.removeEventListener('paste', pasted);
  }, []);

  return (
    <div
      className="exchange-drop"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file) onFile(file);
      }}
    >
      <Icon name="import" size={32} />
      <h2>{t('upload.title')}</h2>
      <p className="meta">{t('upload.hint')}</p>
      <input
        ref={picker}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.xlsx,.xls,.vcf"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) onFile(file);
          event.target.value = '';
        }}
      />
      <Button kind="primary" icon="upload" busy={busy} onClick={() => picker.current?.click()}>
        {t('upload.choose')}
      </Button>
      {pasting ? (
        <PasteBox onText={(text) => onFile(pastedFile(text))} />
      ) : (
        <p className="meta">
          {t('upload.paste')}{' '}
          <button type="button" className="record-link" onClick={() => setPasting(true)}>
            {t('upload.pasteHere')}
          </button>
        </p>
      )}
    </div>
  );
}

/** A place to paste into, for who has no keyboard. */
function PasteBox({ onText }: { onText: (text: string) => void }) {
  const { t } = useTranslation('exchange');
  const [text, setText] = useState('');
  return (
    <div className="exchange-paste">
      <textarea
        className="text-input"
        aria-label={t('upload.pasteLabel')}
        placeholder={t('upload.pasteLabel')}
        rows={6}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button disabled={!text.includes('\n')} onClick={() => onText(text)}>
        {t('upload.pasteTake')}
      </Button>
    </div>
  );
}
