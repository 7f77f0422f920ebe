import { type ApiFailure, Field, textOf } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';
import { readLimits, storageText } from './limits.js';

interface LimitFieldsProps {
  /** The limits that count now; without them the fields are empty. */
  readonly limits?: Schemas['LimitsDto'];
  /** What an empty field means. */
  readonly empty: string;
  readonly failure: ApiFailure | undefined;
}

/** How much a tenant may use, as its own, its plan's or many tenants' limits. */
export function LimitFields({ limits, empty, failure }: LimitFieldsProps) {
  const { t } = useLingui();
  return (
    <>
      <Field
        label={t`Connections`}
        name="maxConnections"
        type="number"
        min={2}
        max={1000}
        defaultValue={limits?.maxConnections}
        hint={empty}
        error={failure?.of('limits.maxConnections')}
      />
      <Field
        label={t`Requests per minute`}
        name="requestsPerMinute"
        type="number"
        min={0}
        max={100_000_000}
        defaultValue={limits?.requestsPerMinute}
        hint={`${t`0 means no limit.`} ${empty}`}
        error={failure?.of('limits.requestsPerMinute')}
      />
      <Field
        label={t`Storage in GiB`}
        name="storage"
        type="number"
        min={0}
        max={2 ** 20}
        step="any"
        defaultValue={limits === undefined ? undefined : storageText(limits.storageBytes)}
        hint={empty}
        error={failure?.of('limits.storageBytes') ?? failure?.of('limits')}
      />
    </>
  );
}

/** What somebody has typed into the fields; see readLimits. */
export const limitsOf = (form: HTMLFormElement, now?: Schemas['LimitsDto']): Schemas['LimitsInput'] =>
  readLimits((name) => textOf(form, name).trim(), now);
