import { Button } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { Send } from 'lucide-react';
import type { Ticket } from '../api/client.js';
import { DraftState, OtherDraft } from '../ticket/draft-state.js';
import { FileButton, MessageField, SendingState } from '../ticket/message-field.js';
import { StaleReply } from '../ticket/stale-reply.js';
import { UploadList, useUploads } from '../ticket/uploads.js';
import { useDraft } from '../ticket/use-draft.js';
import { useReply } from '../ticket/use-reply.js';

/** Writes to the helpdesk. What is written on a solved ticket opens it again. */
export function PortalComposer({ ticket }: { ticket: Ticket }) {
  const { t } = useLingui();
  const { keeper, ...shown } = useDraft(ticket.number);
  const { body } = shown.draft;
  const uploads = useUploads(shown.draft.files, (make) =>
    keeper.change((draft) => ({ ...draft, files: make(draft.files) })),
  );
  const reply = useReply(ticket, keeper, () => uploads.clear());
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
      <OtherDraft other={shown.other} keeper={keeper} />
      <MessageField
        label={t`Reply`}
        value={body}
        placeholder={ticket.status === 'RESOLVED' ? t`Write to open the ticket again.` : t`Write a reply.`}
        uploads={uploads}
        onChange={({ target }) => keeper.change((draft) => ({ ...draft, body: target.value }))}
        onSend={() => send()}
      />
      <UploadList uploads={uploads.uploads} onRemove={uploads.remove} />
      <SendingState reply={reply} />
      <div className="flex items-center justify-between gap-2">
        <div className="flex items-center gap-2">
          <FileButton uploads={uploads} />
          <DraftState {...shown} />
        </div>
        <Button look="primary" disabled={!canSend} onClick={() => send()}>
          <Send size={14} aria-hidden />
          <Trans>Send</Trans>
        </Button>
      </div>
    </section>
  );
}
