import { Button } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import type { DraftKeeper, ShownDraft } from './draft-keeper.js';
import { isEmpty } from './drafts.js';
import { Prose } from './prose.js';

/** Where what was written is kept. Not announced: it would speak after every pause. */
export function DraftState({ draft, isOnlyHere }: ShownDraft) {
  if (isEmpty(draft) && !draft.unsaved) return null;
  return (
    <p className="text-xs text-muted">
      {isOnlyHere ? <Trans>Kept on this device only</Trans> : draft.unsaved ? null : <Trans>Draft saved</Trans>}
    </p>
  );
}

/** Two devices have written something else for the same ticket: neither text goes away unasked. */
export function OtherDraft({ other, keeper }: { other: ShownDraft['other']; keeper: DraftKeeper }) {
  const { t } = useLingui();
  if (other === undefined) return null;
  return (
    <div role="alert" className="rounded-lg border border-note-line bg-warn-soft p-3 text-warn-text">
      <p className="font-semibold">
        <Trans>You have changed this draft on another device or page meanwhile.</Trans>
      </p>
      <div
        className="my-2 max-h-40 overflow-auto rounded-md bg-raised p-2 text-text"
        tabIndex={0}
        role="region"
        aria-label={t`The other draft`}
      >
        <Prose text={other.body} />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button small onClick={() => keeper.takeOther()}>
          <Trans>Use the other draft</Trans>
        </Button>
        <Button small look="primary" onClick={() => keeper.keepOwn()}>
          <Trans>Keep what is here</Trans>
        </Button>
      </div>
    </div>
  );
}
