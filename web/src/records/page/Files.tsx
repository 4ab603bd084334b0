import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { base, post, remove } from '../../api/client';
import { sentence } from '../../api/problem';
import { keys } from '../../api/queries';
import type { Reference } from '../../api/types';
import { formatDate } from '../../look/format';
import { Icon } from '../../look/icons';
import { Button, IconButton } from '../../look/parts';
import { toast } from '../../look/toast';

export interface FileEntry {
  id: string;
  name: string;
  size: number;
  mediaType?: string;
  createdAt?: string;
  createdBy?: Reference | null;
}

interface FilesProps {
  type: string;
  id: string;
  files: readonly FileEntry[];
  editable: boolean;
}

/** Attachments: drop or choose to add, click to fetch. */
export function Files({ type, id, files, editable }: FilesProps) {
  const { t } = useTranslation('record');
  const client = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: keys.record(type, id) });

  const add = async (chosen: Iterable<File>) => {
    setBusy(true);
    for (const file of chosen) {
      const form = new FormData();
      form.append('file', file);
      try {
        await post(`/${type}/${id}/files`, form);
      } catch (error) {
        toast({ text: t('files.failed', { name: file.name, reason: sentence(error) }), kind: 'error' });
      }
    }
    setBusy(false);
    await refresh();
  };

  const drop = async (file: FileEntry) => {
    try {
      await remove(`/files/${file.id}`);
      await refresh();
      toast({ text: t('files.removed', { name: file.name }) });
    } catch (error) {
      toast({ text: sentence(error), kind: 'error' });
    }
  };

  return (
    <div
      className="files"
      data-over={over || undefined}
      onDragOver={(event) => {
        if (!editable) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!editable) return;
        event.preventDefault();
        setOver(false);
        void add(event.dataTransfer.files);
      }}
    >
      {files.length === 0 && <p className="meta">{t(editable ? 'files.empty' : 'files.none')}</p>}
      <ul>
        {files.map((file) => (
          <li key={file.id}>
            <Icon name="record" size={16} />
            <a className="ellipsis" href={`${base}/files/${file.id}`} download={file.name}>
              {file.name}
            </a>
            <span className="meta">
              {sizeText(file.size)} {formatDate(file.createdAt)}
            </span>
            {editable && (
              <IconButton
                icon="trash"
                size="small"
                label={t('files.remove', { name: file.name })}
                onClick={() => void drop(file)}
              />
            )}
          </li>
        ))}
      </ul>
      {editable && (
        <>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              void add([...(event.target.files ?? [])]);
              event.target.value = '';
            }}
          />
          <Button kind="ghost" icon="upload" busy={busy} onClick={() => picker.current?.click()}>
            {t('files.add')}
          </Button>
        </>
      )}
    </div>
  );
}

/** 1536 → 1.5 KB; decimal places only where they say something. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : Number(size.toFixed(1))} ${units[unit]}`;
}
