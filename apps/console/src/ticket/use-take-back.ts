import { notify, sentenceOf } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import { api, type Comment, unwrap } from '../api/client.js';
import { commentsQuery } from '../tickets/ticket-queries.js';
import type { DraftKeeper } from './draft-keeper.js';
import type { Draft } from './drafts.js';

/** Offers to take a reply back for as long as it waits. The draft has it again then, and `restore` puts back what no draft has. */
export function useTakeBack(
  number: number,
  keeper: DraftKeeper,
): (comment: Comment, former: Draft, restore: () => void) => void {
  const { t } = useLingui();
  const queries = useQueryClient();
  const takeBack = async ({ id }: Comment, former: Draft, restore: () => void) => {
    const release = await keeper.hold();
    try {
      await unwrap(
        api.DELETE('/api/v1/tickets/{id}/comments/{commentId}', {
          params: { path: { id: String(number), commentId: id } },
        }),
      );
      queries.setQueryData(commentsQuery(number).queryKey, (all) => all?.filter((each) => each.id !== id));
      restore();
      await keeper.takenBack(former);
    } catch (error) {
      notify({ tone: 'danger', text: sentenceOf(error) });
    } finally {
      release();
    }
  };
  return (comment, former, restore) => {
    if (comment.sendAt === null) return;
    notify({
      text: t`Your reply leaves in a moment.`,
      lasts: Math.max(1000, Date.parse(comment.sendAt) - Date.now()),
      action: { label: t`Take it back`, run: () => void takeBack(comment, former, restore) },
    });
  };
}
