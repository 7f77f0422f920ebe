import { Button, classes, Menu, MenuItem, SelectField } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Lock, Reply, Send, Zap } from 'lucide-react';
import { type DragEvent, type Ref, useImperativeHandle, useRef, useState } from 'react';
import type { Schemas, Ticket, TicketStatus } from '../api/client.js';
import { useMe } from '../session/session.js';
import { statusLabels, workingStatuses } from '../tickets/labels.js';
import { macrosQuery } from '../tickets/view-queries.js';
import { keepDraft, readDraft } from './drafts.js';
import { withMentions } from './mention-text.js';
import { Mentions } from './mentions.js';
import { FileButton, MessageField, SendingState } from './message-field.js';
import { PendingChanges } from './pending-changes.js';
import { usePresence } from './presence.js';
import { StaleReply } from './stale-reply.js';
import { readUndoTime } from './undo-time.js';
import { UploadList, useUploads } from './uploads.js';
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
  const me = useMe();
  const { number } = ticket;
  const [draft, setDraft] = useState(() => readDraft(me.id, number));
  const [status, setStatus] = useState<TicketStatus | ''>('');
  const [changes, setChanges] = useState<Schemas['ReplyChangesDto']>({});
  const [dropping, setDropping] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const uploads = useUploads();
  const { body, visibility, mentioned } = draft;
  const isInternal = visibility === 'INTERNAL';
  usePresence(number, body.trim() === '' ? 'VIEWING' : 'REPLYING');

  const update = (part: Partial<typeof draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepDraft(me.id, number, next);
  };
  const clear = () => {
    update({ body: '', mentioned: {} });
    setStatus('');
    setChanges({});
    uploads.clear();
  };
  useImperativeHandle(ref, () => ({
    write(next) {
      update({ visibility: next });
      field.current?.focus();
    },
  }));
  const offerBack = useTakeBack(number);
  const reply = useReply(ticket, (comment) => {
    const files = uploads.uploads;
    clear();
    offerBack(comment, () => {
      const since = readDraft(me.id, number).body;
      update({ body: since === '' ? body : `${body}\n\n${since}`, visibility, mentioned });
      setStatus(status);
      setChanges(changes);
      uploads.restore(files);
    });
  });
  const insertMacro = useMacro(number, (rendered, macroChanges) => {
    if (rendered !== null)
      update({ body: body === '' ? rendered.body : `${body}\n\n${rendered.body}`, visibility: rendered.visibility });
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
