import { IconButton, TextArea } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { Paperclip } from 'lucide-react';
import { type ComponentProps, useRef } from 'react';
import type { useUploads } from './uploads.js';
import type { ReplyState } from './use-reply.js';

type Uploads = ReturnType<typeof useUploads>;

/** Where a message is written: pasted files go with it, Ctrl+Enter sends it, Esc leaves the field and keeps the text. */
export function MessageField({
  uploads,
  onSend,
  ...field
}: ComponentProps<typeof TextArea> & { uploads: Uploads; onSend: () => void }) {
  return (
    <TextArea
      hideLabel
      rows={4}
      maxLength={65_536}
      onPaste={(event) => {
        if (event.clipboardData.files.length === 0) return;
        event.preventDefault();
        uploads.add(event.clipboardData.files);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          onSend();
        }
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
      {...field}
    />
  );
}

export function FileButton({ uploads }: { uploads: Uploads }) {
  const { t } = useLingui();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={({ target }) => {
          uploads.add(target.files ?? []);
          target.value = '';
        }}
      />
      <IconButton label={t`Add files`} onClick={() => picker.current?.click()}>
        <Paperclip size={15} aria-hidden />
      </IconButton>
    </>
  );
}

/** What becomes of a message on its way. */
export function SendingState({ reply }: { reply: Pick<ReplyState, 'isWaiting' | 'error'> }) {
  return (
    <>
      <p role="status" className={reply.isWaiting ? 'font-medium text-warn-text' : 'sr-only'}>
        {reply.isWaiting ? <Trans>Waits for the connection, and is sent then.</Trans> : null}
      </p>
      {reply.error === undefined ? null : (
        <p role="alert" className="font-medium text-danger-text">
          {reply.error}
        </p>
      )}
    </>
  );
}
