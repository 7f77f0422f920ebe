import { CheckField } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';

type EventType = Schemas['WebhookEventType'];

const eventLabels: Readonly<Record<EventType, MessageDescriptor>> = {
  CREATED: msg`A ticket was opened`,
  UPDATED: msg`A ticket was changed`,
  COMMENTED: msg`A comment was written`,
  DELETED: msg`A ticket was deleted`,
  RESTORED: msg`A ticket was restored`,
  MERGED: msg`A ticket was merged into another`,
  ABSORBED: msg`Another ticket was merged into a ticket`,
  REDACTED: msg`A text was removed`,
  SPLIT: msg`Comments were split into a new ticket`,
  LINKED: msg`A ticket was linked`,
  UNLINKED: msg`A link was removed`,
  ANONYMIZED: msg`Somebody's personal data was removed`,
};

/** Which events a webhook is told of: fields `events`, all of them unless chosen before. */
export function WebhookEvents({
  chosen,
  error,
}: {
  chosen: readonly EventType[] | undefined;
  error: string | undefined;
}) {
  const { i18n } = useLingui();
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 text-xs font-medium text-muted">
        <Trans>Events</Trans>
      </legend>
      {(Object.entries(eventLabels) as [EventType, MessageDescriptor][]).map(([type, label]) => (
        <CheckField
          key={type}
          label={i18n._(label)}
          name="events"
          value={type}
          defaultChecked={chosen?.includes(type) ?? true}
        />
      ))}
      {error === undefined ? null : <p className="text-xs font-medium text-danger-text">{error}</p>}
    </fieldset>
  );
}
