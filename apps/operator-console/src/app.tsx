import { queries, Toaster, Waiting } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import { lazy, Suspense, useEffect } from 'react';
import { InsecurePage, UnreachablePage } from './session/closed-page.js';
import { useSession } from './session/session.js';
import { SignInPage } from './session/sign-in-page.js';

const Workplace = lazy(() => import('./frame/workplace.js'));
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
    // What one operator saw is not shown to the next one at the same browser.
    if (who === undefined) queries.clear();
  }, [who]);
  if (!window.isSecureContext) return <InsecurePage />;
  if (location.pathname === '/invitation' && session.kind !== 'closed') return <InvitationPage />;
  switch (session.kind) {
    case 'starting':
      return null;
    case 'closed':
      return <UnreachablePage />;
    case 'signedOut':
      return <SignInPage ended={session.ended} />;
    case 'secondFactorDue':
      return <SecondFactorDue />;
    case 'signedIn':
      return <Workplace />;
  }
}
