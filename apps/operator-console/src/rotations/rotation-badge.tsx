import { Badge, type Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';

type Status = Schemas['CredentialRotationStatus'];

const labels: Readonly<Record<Status, readonly [Tone, MessageDescriptor]>> = {
  RUNNING: ['accent', msg`Runs`],
  SUCCEEDED: ['good', msg`Done`],
  FAILED: ['danger', msg`Some failed`],
  CANCELLED: ['neutral', msg`Cancelled`],
};

export function RotationBadge({ status }: { status: Status }) {
  const { i18n } = useLingui();
  const [tone, label] = labels[status];
  return <Badge tone={tone}>{i18n._(label)}</Badge>;
}
