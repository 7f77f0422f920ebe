import { Button } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { EntryFrame } from './entry-frame.js';

/** The helpdesk does not answer, and why. */
export function ClosedPage({ code }: { code: string }) {
  const { t } = useLingui();
  if (code === 'tenant_inactive') {
    return (
      <Notice title={t`This helpdesk is suspended`}>
        <Trans>Nothing is lost. Ask the person who runs the helpdesk, then try again.</Trans>
      </Notice>
    );
  }
  if (code === 'offline') {
    return (
      <Notice title={t`The helpdesk cannot be reached`}>
        <Trans>Look at your connection, then try again.</Trans>
      </Notice>
    );
  }
  return (
    <Notice title={t`There is no helpdesk at this address`}>
      <Trans>Look at the address for a typing error.</Trans>
    </Notice>
  );
}

/** A session's cookie is only kept where nobody can read along. */
export function InsecurePage() {
  const { t } = useLingui();
  const address = `https://${location.host}`;
  return (
    <EntryFrame title={t`This page needs https`}>
      <p className="text-center text-muted">
        <Trans>Signing in is only safe over an encrypted connection. Open {address} instead.</Trans>
      </p>
    </EntryFrame>
  );
}

function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <EntryFrame title={title}>
      <p className="mb-5 text-center text-muted">{children}</p>
      <Button look="primary" className="min-h-10 w-full" onClick={() => location.reload()}>
        <Trans>Try again</Trans>
      </Button>
    </EntryFrame>
  );
}
