import { notify } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { useQueryClient } from '@tanstack/react-query';
import { api, type Comment, unwrap } from '../api/client.js';
import { sentenceOf } from '../session/failures.js';
import { commentsQuery } from '../tickets/ticket-queries.js';

/** Offers to take a reply back for as long as it waits. `restore` puts it where it was written. */
export function useTakeBack(number: number): (comment: Comment, restore: () => void) => void {
  const { t } = useLingui();
  const queries = useQueryClient();
  const takeBack = async ({ id }: Comment, restore: () => void) => {
    try {
      await unwrap(
        api.DELETE('/api/v1/tickets/{id}/comments/{commentId}', {
          params: { path: { id: String(number), commentId: id } },
        }),
      );
      queries.setQueryData(commentsQuery(number).queryKey, (all) => all?.filter((each) => each.id !== id));
      restore();
    } catch (error) {
      notify({ tone: 'danger', text: sentenceOf(error) });
    }
  };
  return (comment, restore) => {
    if (comment.sendAt === null) return;
    notify({
      text: t`Your reply leaves in a moment.`,
      lasts: Math.max(1000, Date.parse(comment.sendAt) - Date.now()),
      action: { label: t`Take it back`, run: () => void takeBack(comment, restore) },
    });
  };
}
