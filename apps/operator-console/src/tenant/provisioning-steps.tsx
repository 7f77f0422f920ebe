import { Badge, type Tone } from '@helpdeskly/ui';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';

type Step = Schemas['ProvisioningStepDto'];

const labels: Readonly<Record<Step['status'], MessageDescriptor>> = {
  PENDING: msg`Waits`,
  RUNNING: msg`Runs`,
  DONE: msg`Done`,
  FAILED: msg`Failed`,
};
const tones: Readonly<Record<Step['status'], Tone>> = {
  PENDING: 'neutral',
  RUNNING: 'accent',
  DONE: 'good',
  FAILED: 'danger',
};

/** The steps of the attempt that makes a tenant, in their order. */
export function ProvisioningSteps({ provisioning: { attempt, steps } }: { provisioning: Tenant['provisioning'] }) {
  const { i18n } = useLingui();
  return (
    <>
      {attempt > 1 ? (
        <p className="text-muted">
          <Trans>Attempt {attempt}</Trans>
        </p>
      ) : null}
      <ol className="flex flex-col divide-y divide-line">
        {steps.map(({ name, status, durationMs, error }) => (
          <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <span className="min-w-40 flex-1 font-medium">{name}</span>
            {durationMs === null ? null : (
              <span className="text-xs text-muted tabular-nums">
                <Trans>{durationMs.toLocaleString(i18n.locale)} ms</Trans>
              </span>
            )}
            <Badge tone={tones[status]}>{i18n._(labels[status])}</Badge>
            {error === null ? null : <p className="w-full break-words text-danger-text">{error}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}

type Tenant = Schemas['TenantDto'];
