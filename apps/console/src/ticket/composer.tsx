import { Button, classes, Menu, MenuItem, SelectField } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Lock, Reply, Send, Zap } from 'lucide-react';
import { type DragEvent, type Ref, useImperativeHandle, useRef, useState } from 'react';
import type { Schemas, Ticket, TicketStatus } from '../api/client.js';
import { statusLabels, workingStatuses } from '../tickets/labels.js';
import { macrosQuery } from '../tickets/view-queries.js';
import { DraftState, OtherDraft } from './draft-state.js';
import type { Draft } from './drafts.js';
import { withMentions } from './mention-text.js';
import { Mentions } from './mentions.js';
import { FileButton, MessageField, SendingState } from './message-field.js';
import { PendingChanges } from './pending-changes.js';
import { usePresence } from './presence.js';
import { StaleReply } from './stale-reply.js';
import { readUndoTime } from './undo-time.js';
import { UndeliverableWarning } from './undeliverable-warning.js';
import { UploadList, useUploads } from './uploads.js';
import { useDraft } from './use-draft.js';
import { useMacro } from './use-macro.js';
import { useReply } from './use-reply.js';
import { useTakeBack } from './use-take-back.js';

export interface ComposerHandle {
  /** Begins to write a reply, or an internal note. */
  readonly write: (visibility: Schemas['CommentVisibility']) => void;
}

/** Writes a reply or an internal note, with its files, its changes and the status after it, in one. */
export function Composer({ ticket, ref }: { ticket: Ticket; ref: Ref<ComposerHandle> }) {
  const { t, i18n } = useLingui();
  const { number } = ticket;
  const { keeper, ...shown } = useDraft(number);
  const [status, setStatus] = useState<TicketStatus | ''>('');
  const [changes, setChanges] = useState<Schemas['ReplyChangesDto']>({});
  const [dropping, setDropping] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const { body, visibility, mentioned } = shown.draft;
  const update = (part: Partial<Draft>) => keeper.change((draft) => ({ ...draft, ...part }));
  const uploads = useUploads(shown.draft.files, (make) =>
    keeper.change((draft) => ({ ...draft, files: make(draft.files) })),
  );
  const isInternal = visibility === 'INTERNAL';
  usePresence(number, body.trim() === '' ? 'VIEWING' : 'REPLYING');

  useImperativeHandle(ref, () => ({
    write(next) {
      update({ visibility: next });
      field.current?.focus();
    },
  }));
  const offerBack = useTakeBack(number, keeper);
  const reply = useReply(ticket, keeper, (comment) => {
    setStatus('');
    setChanges({});
    uploads.clear();
    offerBack(comment, shown.draft, () => {
      setStatus(status);
      setChanges(changes);
    });
  });
  const insertMacro = useMacro(number, (rendered, macroChanges, macroId) => {
    if (rendered !== null)
      keeper.change((draft) => ({
        ...draft,
        body: draft.body === '' ? rendered.body : `${draft.body}\n\n${rendered.body}`,
        visibility: rendered.visibility,
        macroId,
      }));
    const { status: after, ...others } = macroChanges;
    if (after !== undefined) setStatus(after);
    setChanges({ ...changes, ...others });
    field.current?.focus();
  });
  const canSend = body.trim() !== '' && !uploads.isBusy && !reply.isPending;
  const send = (anyway = false) => {
    if (!canSend) return;
    const undoTime = readUndoTime();
    reply.send(
      {
        body: isInternal ? withMentions(body, mentioned) : body,
        visibility,
        attachmentIds: uploads.ids,
        ...(isInternal || undoTime === 0 ? {} : { sendAfter: undoTime }),
        changes: { ...changes, ...(status === '' ? {} : { status }) },
      },
      anyway,
    );
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setDropping(false);
    uploads.add(event.dataTransfer.files);
  };

  return (
    <section
      aria-label={isInternal ? t`Internal note` : t`Reply`}
      onDragOver={(event) => {
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={drop}
      className={classes(
        'flex flex-col gap-2 border-t px-4 py-3',
        isInternal ? 'border-note-line bg-note' : 'border-line bg-raised',
        dropping && 'outline-2 -outline-offset-2 outline-accent outline-dashed',
      )}
    >
      <div role="group" aria-label={t`Who sees it`} className="flex gap-1">
        <Kind pressed={!isInternal} onChoose={() => update({ visibility: 'PUBLIC' })}>
          <Reply size={14} aria-hidden />
          <Trans>Reply to {ticket.author.name}</Trans>
        </Kind>
        <Kind pressed={isInternal} onChoose={() => update({ visibility: 'INTERNAL' })}>
          <Lock size={13} aria-hidden />
          <Trans>Internal note</Trans>
        </Kind>
      </div>
      <StaleReply state={reply} onSend={() => send(true)} />
      {isInternal ? null : <UndeliverableWarning author={ticket.author} />}
      <OtherDraft other={shown.other} keeper={keeper} />
      <Mentions
        enabled={isInternal}
        field={field}
        body={body}
        onInsert={(next, label, id) => update({ body: next, mentioned: { ...mentioned, [label]: id } })}
      >
        <MessageField
          ref={field}
          label={isInternal ? t`Internal note` : t`Reply`}
          value={body}
          placeholder={
            isInternal ? t`Only your team sees this. @ mentions somebody.` : t`Write a reply. Markdown works.`
          }
          uploads={uploads}
          onChange={(event) => update({ body: event.target.value })}
          onSend={() => send()}
          className={isInternal ? 'bg-note!' : ''}
        />
      </Mentions>
      <UploadList uploads={uploads.uploads} onRemove={uploads.remove} />
      <PendingChanges changes={changes} onChange={setChanges} />
      <SendingState reply={reply} />
      <div className="flex flex-wrap items-center gap-2">
        <FileButton uploads={uploads} />
        <MacroMenu onChoose={insertMacro} />
        <DraftState {...shown} />
        <div className="ml-auto flex items-center gap-2">
          <SelectField
            label={t`Status after sending`}
            hideLabel
            value={status}
            onChange={({ target }) => setStatus(target.value as TicketStatus | '')}
            className="w-auto!"
          >
            <option value="">{t`Keep ${i18n._(statusLabels[ticket.status])}`}</option>
            {workingStatuses
              .filter((each) => each !== ticket.status)
              .map((each) => (
                <option key={each} value={each}>
                  {i18n._(statusLabels[each])}
                </option>
              ))}
          </SelectField>
          <Button look="primary" disabled={!canSend} onClick={() => send()} title="Ctrl+Enter">
            <Send size={14} aria-hidden />
            {isInternal ? <Trans>Add note</Trans> : <Trans>Send</Trans>}
          </Button>
        </div>
      </div>
    </section>
  );
}

function Kind({ pressed, onChoose, children }: { pressed: boolean; onChoose: () => void; children: React.ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onChoose}
      className={classes(
        'inline-flex min-h-7 cursor-pointer items-center gap-1.5 rounded-md px-2 text-xs font-medium',
        pressed ? 'bg-sunken text-text' : 'text-muted hover:bg-sunken',
      )}
    >
      {children}
    </button>
  );
}

function MacroMenu({ onChoose }: { onChoose: (macro: Schemas['MacroDto']) => void }) {
  const { data: macros = [] } = useQuery(macrosQuery);
  if (macros.length === 0) return null;
  return (
    <Menu
      side="top"
      trigger={
        <Button look="quiet">
          <Zap size={15} aria-hidden />
          <Trans>Macro</Trans>
        </Button>
      }
    >
      {macros.map((macro) => (
        <MenuItem key={macro.id} onChoose={() => onChoose(macro)}>
          {macro.name}
        </MenuItem>
      ))}
    </Menu>
  );
}
