import { classes, IconButton, sentenceOf } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { X } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Schemas } from '../api/client.js';
import { sendFile } from '../shared/send-file.js';
import { sizeOf } from './attachment-list.js';
import type { DraftFile } from './drafts.js';

export interface Upload {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  /** 0 to 1. */
  readonly progress: number;
  readonly id?: string;
  readonly error?: string;
}

/** Files of a draft, and those on their way to the server that it gets when they have arrived. */
export function useUploads(
  files: readonly DraftFile[],
  changeFiles: (make: (files: readonly DraftFile[]) => readonly DraftFile[]) => void,
) {
  const [coming, set] = useState<readonly Upload[]>([]);
  const wanted = useRef(new Set<string>());
  const change = (key: string, changes: Partial<Upload>) =>
    set((all) => all.map((upload) => (upload.key === key ? { ...upload, ...changes } : upload)));
  const drop = (key: string) => set((all) => all.filter((upload) => upload.key !== key));
  const add = (chosen: Iterable<File>) => {
    for (const file of chosen) {
      const key = crypto.randomUUID();
      const { name, size } = file;
      wanted.current.add(key);
      set((all) => [...all, { key, name, size, progress: 0 }]);
      sendFile<Schemas['AttachmentDto']>('/api/v1/attachments', file, (progress) => change(key, { progress })).then(
        ({ id }) => {
          if (wanted.current.delete(key)) changeFiles((all) => [...all, { id, name, size }]);
          drop(key);
        },
        (error: unknown) => change(key, { error: sentenceOf(error) }),
      );
    }
  };
  const arrived = files.map(({ id, name, size }): Upload => ({ key: id, id, name, size, progress: 1 }));
  return {
    uploads: [...arrived, ...coming],
    add,
    remove: (key: string) => {
      wanted.current.delete(key);
      drop(key);
      changeFiles((all) => all.filter(({ id }) => id !== key));
    },
    /** Forgets those that were refused. */
    clear: () => set([]),
    ids: files.map(({ id }) => id),
    isBusy: coming.some(({ error }) => error === undefined),
  };
}

export function UploadList({ uploads, onRemove }: { uploads: readonly Upload[]; onRemove: (key: string) => void }) {
  const { t, i18n } = useLingui();
  if (uploads.length === 0) return null;
  return (
    <ul aria-label={t`Files to send`} className="flex flex-wrap gap-2">
      {uploads.map(({ key, name, size, progress, id, error }) => (
        <li
          key={key}
          className={classes(
            'flex max-w-full items-center gap-2 rounded-md border bg-raised py-0.5 pl-2 text-xs',
            error === undefined ? 'border-line' : 'border-danger',
          )}
        >
          <span className="max-w-48 truncate font-medium">{name}</span>
          {error !== undefined ? (
            <span role="alert" className="text-danger-text">
              {error}
            </span>
          ) : id === undefined ? (
            <progress aria-label={t`Sending ${name}`} value={progress} max={1} className="h-1.5 w-16" />
          ) : (
            <span className="text-muted">{sizeOf(size, i18n.locale)}</span>
          )}
          <IconButton small label={t`Remove ${name}`} onClick={() => onRemove(key)} className="size-7">
            <X size={12} aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
