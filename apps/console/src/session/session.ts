import { type Session as Kept, SessionKeeper, useKeptSession, useKeptUser } from '@helpdeskly/ui';
import type { components } from '../generated/app-api.js';

type Schemas = components['schemas'];
export type Me = Schemas['UserDto'];
export type Session = Kept<Me>;

const keeper = new SessionKeeper<Me>(new Set(['tenant_inactive', 'tenant_not_found', 'tenant_slug_invalid']));

export const useSession = (): Session => useKeptSession(keeper);
export const useMe = (): Me => useKeptUser(keeper);

export const currentToken = keeper.token;
export const currentSession = keeper.current;
export const { subscribe, resume, signIn, verifyCode, signOut, secondFactorIsOn, authorized, refresh } = keeper;

export const acceptInvitation = (input: Schemas['AcceptInvitationDto']) => keeper.acceptInvitation(input);

/** Has a mail sent with a link that sets a new password, to an address that has an account. */
export async function askForReset(input: Schemas['ResetPasswordDto']): Promise<void> {
  await keeper.post('password-reset', input);
}
