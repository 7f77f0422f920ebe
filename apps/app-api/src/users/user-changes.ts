import { isDeepStrictEqual } from 'node:util';
import { Forbidden, InvalidTransition, ValidationFailed } from '@helpdeskly/errors';
import { type Actor, futureTime } from '@helpdeskly/http';
import type { User, UserRole, UserStatus } from '@helpdeskly/tenant-db';
import { type Absence, absenceOf, present } from '../user-core/away.js';
import { writtenLocale } from '../user-core/locales.js';
import { assertOwn } from '../user-core/user-rules.js';
import { addressesLeft } from './user-addresses.js';
import type { ChangeUserDto } from './users.dto.js';

const moves: Readonly<Record<UserStatus, readonly UserStatus[]>> = {
  INVITED: ['DISABLED'], // Only accepting an invitation makes a user active: nobody else can set the password.
  ACTIVE: ['DISABLED'],
  DISABLED: ['ACTIVE'],
};

export type UserChanges = Partial<
  Pick<
    User,
    | 'email'
    | 'emailKey'
    | 'name'
    | 'role'
    | 'status'
    | 'organizationId'
    | 'addresses'
    | 'locale'
    | 'timeZone'
    | keyof Absence
  >
>;

/**
 * What of a user an input changes; empty when all of it is there already. `addresses` is what is left of the list once the other changes
 * are made. Throws UserMerged, InvalidTransition, ValidationFailed.
 */
export function changesOf(user: User, { email, name, role, status, ...input }: ChangeUserDto): UserChanges {
  assertOwn(user);
  if (user.anonymizedAt !== null) throw new InvalidTransition(user.status, status ?? user.status, []);
  const leaves = (role ?? user.role) !== 'CUSTOMER' && input.organizationId === undefined;
  const addresses =
    input.addresses === undefined ? undefined : addressesLeft(user, input.addresses, email ?? user.email);
  const organizationId = leaves ? null : input.organizationId;
  const locale = writtenLocale(input.locale);
  const { timeZone } = input;
  return {
    ...(email === undefined || email === user.email ? {} : { email, emailKey: email.toLowerCase() }),
    ...(name === undefined || name === user.name ? {} : { name }),
    ...(role === undefined || role === user.role ? {} : { role }),
    ...(organizationId === undefined || organizationId === user.organizationId ? {} : { organizationId }),
    ...(addresses === undefined ? {} : { addresses }),
    ...absenceChanges(user, role ?? user.role, input),
    ...(locale === undefined || locale === user.locale ? {} : { locale }),
    ...(timeZone === undefined || timeZone === user.timeZone ? {} : { timeZone }),
    ...(status === undefined || status === user.status ? {} : { status: moved(user, status) }),
  };
}

/**
 * A key gives nobody the rights of staff, nor a way into an account that has them: it renames and disables agents and admins, and no
 * more. Throws Forbidden.
 */
export function assertKeyMay({ kind }: Pick<Actor, 'kind'>, user: Pick<User, 'role'>, input: ChangeUserDto): void {
  if (kind !== 'API_KEY') return;
  if (input.role !== undefined) throw new Forbidden('API keys cannot change roles.');
  if (user.role === 'CUSTOMER') return;
  const { name: _, status, ...others } = input;
  const isMore = Object.values(others).some((value) => value !== undefined);
  if (isMore || (status !== undefined && status !== 'DISABLED'))
    throw new Forbidden('API keys can rename and disable agents and admins, but change nothing else of them.');
}

/** Throws Forbidden for a key that makes or invites anybody but a customer. */
export function assertKeyBrings({ kind }: Pick<Actor, 'kind'>, role: UserRole): void {
  if (kind === 'API_KEY' && role !== 'CUSTOMER') throw new Forbidden('API keys can create and invite customers only.');
}

/** What everybody chooses for themselves. */
const ownFields: readonly string[] = ['locale', 'timeZone'] satisfies (keyof ChangeUserDto)[];
const staffsOwnFields: readonly string[] = [...ownFields, 'away', 'awayUntil'];

/**
 * Agents correct who a customer is, and say of themselves whether they are away; nothing else. Everybody chooses how mails to them are
 * written. Throws Forbidden.
 */
export function assertMayCorrect({ id, role }: Pick<Actor, 'id' | 'role'>, user: User, input: ChangeUserDto): void {
  if (role === 'ADMIN') return;
  const named = Object.entries(input).flatMap(([field, value]) => (value === undefined ? [] : [field]));
  const own = role === 'CUSTOMER' ? ownFields : staffsOwnFields;
  if (user.id === id && named.every((field) => own.includes(field))) return;
  if (role === 'CUSTOMER') throw new Forbidden('Customers can change only their own locale and time zone.');
  if (user.role !== 'CUSTOMER')
    throw new Forbidden('Agents can change customers; only admins can change agents and admins.');
  if (named.some((field) => ownFields.includes(field)))
    throw new Forbidden('Only the user or an admin can change the locale and the time zone of a user.');
  if (input.role !== undefined || input.status !== undefined)
    throw new Forbidden('Only an admin can change the role or the status of a user.');
}

/** What an input changes of somebody who has `role` then. Customers are never away. Throws ValidationFailed. */
function absenceChanges(user: User, role: UserRole, { away, awayUntil }: ChangeUserDto): Partial<Absence> {
  const before = absenceOf(user);
  const until = awayUntil === undefined ? before.awayUntil : futureTime('awayUntil', awayUntil);
  const isAway = away ?? (before.away || typeof awayUntil === 'string');
  if (!isAway && typeof awayUntil === 'string') throw new ValidationFailed([untilOfNobody]);
  if (role === 'CUSTOMER' && (away === true || typeof awayUntil === 'string')) throw new ValidationFailed([notStaff]);
  const next = isAway && role !== 'CUSTOMER' ? { away: true, awayUntil: until } : present;
  return isDeepStrictEqual(next, before) ? {} : next;
}

const notStaff = { field: 'away', code: 'not_staff', message: 'Only agents and admins can be away.' };
const untilOfNobody = {
  field: 'awayUntil',
  code: 'not_away',
  message: 'Only somebody who is away has a time until when.',
};

/** Throws UserMerged, InvalidTransition unless a user may be invited: everybody who is not disabled. */
export function assertInvitable(user: User): void {
  assertOwn(user);
  if (user.status === 'DISABLED') throw new InvalidTransition('DISABLED', 'INVITED', moves.DISABLED);
}

/** Who is enabled again without ever having had a password waits for an invitation as before. */
function moved({ status: from, passwordHash }: User, to: UserStatus): UserStatus {
  if (!moves[from].includes(to)) throw new InvalidTransition(from, to, moves[from]);
  return to === 'ACTIVE' && passwordHash === null ? 'INVITED' : to;
}
