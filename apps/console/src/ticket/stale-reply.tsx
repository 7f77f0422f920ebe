import { Button, Time } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { Prose } from './prose.js';
import type { ReplyState } from './use-reply.js';

/** Stops a reply that does not know what was said meanwhile: look at it, send anyway, or go on writing. */
export function StaleReply({ state: { unseen, look }, onSend }: { state: ReplyState; onSend: () => void }) {
  const { t } = useLingui();
  const last = unseen.at(-1);
  if (last === undefined) return null;
  return (
    <div role="alert" className="rounded-lg border border-note-line bg-warn-soft p-3 text-warn-text">
      <p className="font-semibold">
        <Trans>
          {last.author.name} has written <Time at={last.createdAt} />. Your reply was not sent.
        </Trans>
      </p>
      <div
        className="my-2 max-h-40 overflow-auto rounded-md bg-raised p-2 text-text"
        tabIndex={0}
        role="region"
        aria-label={t`What came in`}
      >
        {unseen.map(({ id, body }) => (
          <Prose key={id} text={body} />
        ))}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button small onClick={look}>
          <Trans>Edit my reply</Trans>
        </Button>
        <Button small look="primary" onClick={onSend}>
          <Trans>Send anyway</Trans>
        </Button>
      </div>
    </div>
  );
}
