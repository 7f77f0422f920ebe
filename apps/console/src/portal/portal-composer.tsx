import { Button } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { Send } from 'lucide-react';
import { useState } from 'react';
import type { Ticket } from '../api/client.js';
import { useMe } from '../session/session.js';
import { keepDraft, readDraft } from '../ticket/drafts.js';
import { FileButton, MessageField, SendingState } from '../ticket/message-field.js';
import { StaleReply } from '../ticket/stale-reply.js';
import { UploadList, useUploads } from '../ticket/uploads.js';
import { useReply } from '../ticket/use-reply.js';

/** Writes to the helpdesk. What is written on a solved ticket opens it again. */
export function PortalComposer({ ticket }: { ticket: Ticket }) {
  const { t } = useLingui();
  const me = useMe();
  const { number } = ticket;
  const [body, setBody] = useState(() => readDraft(me.id, number).body);
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
      <MessageField
        label={t`Reply`}
        value={body}
        placeholder={ticket.status === 'RESOLVED' ? t`Write to open the ticket again.` : t`Write a reply.`}
        uploads={uploads}
        onChange={({ target }) => write(target.value)}
        onSend={() => send()}
      />
      <UploadList uploads={uploads.uploads} onRemove={uploads.remove} />
      <SendingState reply={reply} />
      <div className="flex items-center justify-between gap-2">
        <FileButton uploads={uploads} />
        <Button look="primary" disabled={!canSend} onClick={() => send()}>
          <Send size={14} aria-hidden />
          <Trans>Send</Trans>
        </Button>
      </div>
    </section>
  );
}
