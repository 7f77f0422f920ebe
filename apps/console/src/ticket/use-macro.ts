import { notify, sentenceOf } from '@helpdeskly/ui';
import { api, type Schemas, unwrap } from '../api/client.js';
import { useMe } from '../session/session.js';

type Use = (reply: Schemas['RenderedReplyDto'] | null, changes: Schemas['ReplyChangesDto'], macroId: string) => void;

/** A macro's reply with its placeholders filled in, and its changes: both are sent when the agent sends. */
export function useMacro(number: number, use: Use): (macro: Schemas['MacroDto']) => void {
  const me = useMe();
  return ({ id: macroId, changes: { assignToMe, ...changes } }) => {
    unwrap(
      api.POST('/api/v1/tickets/{id}/macros/{macroId}/preview', {
        params: { path: { id: String(number), macroId } },
      }),
    )
      .then(({ reply }) => use(reply, { ...changes, ...(assignToMe === true ? { assignedToId: me.id } : {}) }, macroId))
      .catch((error: unknown) => notify({ tone: 'danger', text: sentenceOf(error) }));
  };
}
