import { Button, Field, textOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { type SubmitEvent, useState } from 'react';
import { EntryFrame } from '../session/entry-frame.js';
import { helpdeskAddress } from './helpdesk-address.js';

/** On an address that belongs to no helpdesk: asks for its name and goes there. */
export function EntrancePage({ origin }: { origin: string }) {
  const { t } = useLingui();
  const [error, fail] = useState<string>();
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const address = helpdeskAddress(origin, textOf(event.currentTarget, 'name'));
    if (address === undefined) fail(t`A helpdesk's name has 2 to 50 letters from a to z, digits and hyphens.`);
    else location.assign(address);
  };
  return (
    <EntryFrame title={t`Which helpdesk?`}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label={t`Name of the helpdesk`}
          hint={t`It stands in the address that you were given.`}
          name="name"
          autoComplete="organization"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
          error={error}
        />
        <Button type="submit" look="primary" className="min-h-10">
          <Trans>Continue</Trans>
        </Button>
      </form>
    </EntryFrame>
  );
}
