import { Invitation } from '@helpdeskly/ui';
import { EntryFrame } from './entry-frame.js';
import { acceptInvitation, verifyCode } from './session.js';

export default function InvitationPage() {
  return <Invitation frame={EntryFrame} accept={acceptInvitation} verify={verifyCode} />;
}
