import { SessionKeeper, useKeptSession, useKeptUser } from '@helpdeskly/ui';
import type { components } from '../generated/control-api.js';

type Schemas = components['schemas'];
type Me = Schemas['OperatorDto'];

const keeper = new SessionKeeper<Me>();

export const useSession = () => useKeptSession(keeper);
export const useMe = (): Me => useKeptUser(keeper);

/** What the operator who is signed in may do; the API decides in the end. */
export function useMay(): { readonly change: boolean; readonly own: boolean } {
  const { role } = useMe();
  return { change: role !== 'VIEWER', own: role === 'OWNER' };
}

export const { resume, signIn, verifyCode, signOut, secondFactorIsOn, authorized } = keeper;

export const acceptInvitation = (input: Schemas['AcceptInvitationDto']) => keeper.acceptInvitation(input);
