import { ApiFailure, AttemptKey, sentenceOf } from '@helpdeskly/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, type Comment, type Schemas, type Ticket, unwrap } from '../api/client.js';
import { commentsQuery, ticketQuery } from '../tickets/ticket-queries.js';
import type { DraftKeeper } from './draft-keeper.js';

interface Sending {
  readonly reply: Schemas['ReplyDto'];
  readonly version: number;
  /** Made once for what is sent: however often it is tried, it counts once. */
  readonly key: string;
}

export interface ReplyState {
  /** Comments that came in since the writing began. */
  readonly unseen: readonly Comment[];
  readonly isPending: boolean;
  /** There is no network: it is sent, in its turn, when there is one. */
  readonly isWaiting: boolean;
  readonly error: string | undefined;
  readonly look: () => void;
}

/**
 * Sends a reply against what its author has seen: If somebody has said something meanwhile, the server refuses it, and its author
 * decides. Other changes of the ticket stop nobody.
 */
export function useReply(ticket: Ticket, keeper: DraftKeeper, onSent: (comment: Comment) => void) {
  const queries = useQueryClient();
  const { number } = ticket;
  const [unseen, setUnseen] = useState<readonly Comment[]>([]);
  const seen = useSeen(ticket);
  const [key] = useState(() => new AttemptKey());

  const mutation = useMutation({
    scope: { id: 'replies' },
    mutationFn: async (sending: Sending) => {
      const release = await keeper.hold();
      return postSoon(number, sending).finally(release);
    },
    onSuccess(comment) {
      queries.setQueryData(commentsQuery(number).queryKey, (all) =>
        all === undefined || all.some(({ id }) => id === comment.id) ? all : [...all, comment],
      );
      setUnseen([]);
      key.done();
      keeper.sent();
      onSent(comment);
      void queries.invalidateQueries({ queryKey: ['ticket', number] });
      void queries.invalidateQueries({ queryKey: ['ticket-events', number] });
    },
    async onError(error, { reply }) {
      key.failed(error);
      if (!(error instanceof ApiFailure) || error.code !== 'version_conflict') return;
      const [fresh, comments] = await Promise.all([
        queries.fetchQuery({ ...ticketQuery(number), staleTime: 0 }),
        queries.fetchQuery({ ...commentsQuery(number), staleTime: 0 }),
      ]);
      const others = comments.filter(({ id }) => !seen.comments.has(id));
      if (others.length > 0) setUnseen(others);
      else mutation.mutate({ reply, version: fresh.version, key: key.of(reply) });
    },
  });

  const look = () => {
    setUnseen([]);
    seen.all();
    mutation.reset();
  };
  const send = (reply: Schemas['ReplyDto'], anyway: boolean) => {
    const current = queries.getQueryData(ticketQuery(number).queryKey)?.version ?? ticket.version;
    if (anyway) look();
    mutation.mutate({ reply, version: anyway ? current : seen.version(), key: key.of(reply) });
  };
  const isConflict = mutation.error instanceof ApiFailure && mutation.error.code === 'version_conflict';
  const error = mutation.error === null || isConflict ? undefined : sentenceOf(mutation.error);
  return { send, look, unseen, isPending: mutation.isPending, isWaiting: mutation.isPaused, error };
}

/** Where there is no queue in which a reply could wait, it leaves at once. */
async function postSoon(number: number, sending: Sending): Promise<Comment> {
  const { sendAfter, ...now } = sending.reply;
  try {
    return await post(number, sending);
  } catch (error) {
    if (sendAfter === undefined || !(error instanceof ApiFailure) || error.code !== 'service_unavailable') throw error;
    return post(number, { ...sending, reply: now });
  }
}

function post(number: number, { reply, version, key }: Sending): Promise<Comment> {
  return unwrap(
    api.POST('/api/v1/tickets/{id}/comments', {
      params: { path: { id: String(number) }, header: { 'If-Match': `"${version}"`, 'Idempotency-Key': key } },
      body: reply,
    }),
  );
}

/** What was on the screen when the author last looked: on opening the ticket, on sending, and on saying so. */
function useSeen({ number, version }: Ticket) {
  const queries = useQueryClient();
  const known = useRef({ version, comments: new Set<string>() });
  const take = () => {
    const comments = queries.getQueryData(commentsQuery(number).queryKey) ?? [];
    const ticket = queries.getQueryData(ticketQuery(number).queryKey);
    known.current = { version: ticket?.version ?? version, comments: new Set(comments.map(({ id }) => id)) };
  };
  useEffect(() => {
    // While nothing is being written, everything that is shown is seen.
    const watch = () => {
      const field = document.querySelector<HTMLTextAreaElement>('#content textarea');
      if (field === null || field.value === '') take();
    };
    watch();
    return queries.getQueryCache().subscribe(watch);
  });
  return {
    all: take,
    version: () => known.current.version,
    get comments() {
      return known.current.comments;
    },
  };
}
