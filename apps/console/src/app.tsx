import { type Later, queries, Toaster, useArrived, Waiting } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { type ComponentType, lazy, Suspense, useEffect, useState } from 'react';
import { portalPages, staffPages } from './own-pages.js';
import { ClosedPage, InsecurePage } from './session/closed-page.js';
import { useSession } from './session/session.js';
import { SignInPage } from './session/sign-in-page.js';

const InvitationPage = lazy(() => import('./session/invitation-page.js'));
const SecondFactorDue = lazy(() => import('./session/second-factor-due.js'));

export function App() {
  const { t } = useLingui();
  return (
    <Suspense fallback={<Waiting label={t`Loading…`} />}>
      <Content />
      <Toaster closeLabel={t`Close`} />
    </Suspense>
  );
}

function Content() {
  const session = useSession();
  const who = session.kind === 'signedIn' ? session.user.id : undefined;
  useEffect(() => {
    // What one person saw is not shown to the next one at the same browser.
    if (who === undefined) queries.clear();
  }, [who]);
  if (!window.isSecureContext) return <InsecurePage />;
  if (location.pathname === '/invitation' && session.kind !== 'closed') return <InvitationPage />;
  switch (session.kind) {
    case 'starting':
      return null;
    case 'closed':
      return <ClosedPage code={session.code} />;
    case 'signedOut':
      return <SignInPage ended={session.ended} />;
    case 'secondFactorDue':
      return <SecondFactorDue />;
    case 'signedIn':
      return session.user.role === 'CUSTOMER' ? (
        <Own key="portal" pages={portalPages} />
      ) : (
        <Own key="staff" pages={staffPages} />
      );
  }
}

/** Not `lazy`: what was suspended is shown by React 300 ms after its fallback at the earliest. Throws what `lazy` would. */
function Own({ pages }: { readonly pages: Later<{ readonly default: ComponentType }> }) {
  const { t } = useLingui();
  const come = useArrived(pages);
  const [failure, fail] = useState<{ readonly error: unknown }>();
  useEffect(() => {
    pages.load().catch((error: unknown) => fail({ error }));
  }, [pages]);
  if (failure !== undefined) throw failure.error;
  if (come === undefined) return <Waiting label={t`Loading…`} />;
  const { default: Pages } = come;
  return <Pages />;
}
