import { Button, IconButton, TextArea } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { Paperclip, Send } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Ticket } from '../api/client.js';
import { useMe } from '../session/session.js';
import { keepDraft, readDraft } from '../ticket/drafts.js';
import { StaleReply } from '../ticket/stale-reply.js';
import { UploadList, useUploads } from '../ticket/uploads.js';
import { useReply } from '../ticket/use-reply.js';

/** Writes to the helpdesk. What is written on a solved ticket opens it again. */
export function PortalComposer({ ticket }: { ticket: Ticket }) {
  const { t } = useLingui();
  const me = useMe();
  const { number } = ticket;
  const [body, setBody] = useState(() => readDraft(me.id, number).body);
  const picker = useRef<HTMLInputElement>(null);
  const uploads = useUploads();
  const write = (text: string) => {
    setBody(text);
    keepDraft(me.id, number, { body: text, visibility: 'PUBLIC', mentioned: {} });
  };
  const reply = useReply(ticket, () => {
    write('');
    uploads.clear();
  });
  const canSend = body.trim() !== '' && !uploads.isBusy && !reply.isPending;
  const send = (anyway = false) => {
    if (canSend) reply.send({ body, attachmentIds: uploads.ids }, anyway);
  };
  return (
    <section
      aria-label={t`Reply`}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        uploads.add(event.dataTransfer.files);
      }}
      className="flex flex-col gap-2 border-t border-line px-4 py-3"
    >
      <StaleReply state={reply} onSend={() => send(true)} />
      <TextArea
        label={t`Reply`}
        hideLabel
        rows={4}
        maxLength={65_536}
        value={body}
        placeholder={ticket.status === 'RESOLVED' ? t`Write to open the ticket again.` : t`Write a reply.`}
        onChange={({ target }) => write(target.value)}
        onPaste={(event) => {
          if (event.clipboardData.files.length === 0) return;
          event.preventDefault();
          uploads.add(event.clipboardData.files);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
        }}
      />
      <UploadList uploads={uploads.uploads} onRemove={uploads.remove} />
      {reply.isWaiting ? (
        <p role="status" className="font-medium text-warn-text">
          <Trans>Waits for the connection, and is sent then.</Trans>
        </p>
      ) : null}
      {reply.error === undefined ? null : (
        <p role="alert" className="font-medium text-danger-text">
          {reply.error}
        </p>
      )}
      <div className="flex items-center justify-between gap-2">
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
        <Button look="primary" disabled={!canSend} onClick={() => send()}>
          <Send size={14} aria-hidden />
          <Trans>Send</Trans>
        </Button>
      </div>
    </section>
  );
}
