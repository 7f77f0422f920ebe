import type { Operator, OperatorRole, OperatorStatus } from '@helpdeskly/catalog';
import { InvalidTransition } from '@helpdeskly/errors';
import type { ChangeOperatorDto } from './operators.dto.js';

const moves: Readonly<Record<OperatorStatus, readonly OperatorStatus[]>> = {
  INVITED: ['DISABLED'], // Only accepting an invitation makes an operator active: nobody else can set the password.
  ACTIVE: ['DISABLED'],
  DISABLED: ['ACTIVE'],
};

/** From the least to the most that one may do. */
const ranks: readonly OperatorRole[] = ['VIEWER', 'OPERATOR', 'OWNER'];

export type OperatorChanges = Partial<Pick<Operator, 'email' | 'emailKey' | 'name' | 'role' | 'status'>>;

/** What of an operator an input changes; empty when all of it is there already. Throws InvalidTransition. */
export function changesOf(operator: Operator, { email, name, role, status }: ChangeOperatorDto): OperatorChanges {
  return {
    ...(email === undefined || email === operator.email ? {} : { email, emailKey: email.toLowerCase() }),
    ...(name === undefined || name === operator.name ? {} : { name }),
    ...(role === undefined || role === operator.role ? {} : { role }),
    ...(status === undefined || status === operator.status ? {} : { status: moved(operator, status) }),
  };
}

/** Throws InvalidTransition unless an operator may be invited: everybody who is not disabled. */
export function assertInvitable({ status }: Operator): void {
  if (status === 'DISABLED') throw new InvalidTransition('DISABLED', 'INVITED', moves.DISABLED);
}

/** Whether somebody can do everything. One who has not accepted an invitation yet cannot. */
export function isActiveOwner({ role, status }: Pick<Operator, 'role' | 'status'>): boolean {
  return role === 'OWNER' && status === 'ACTIVE';
}

/** The roles that API keys of an operator may have; none for one who is disabled. */
export function rolesWithin({ role, status }: Pick<Operator, 'role' | 'status'>): readonly OperatorRole[] {
  return status === 'DISABLED' ? [] : ranks.slice(0, ranks.indexOf(role) + 1);
}

/** Who is enabled again without ever having had a password waits for an invitation as before. */
function moved({ status: from, passwordHash }: Operator, to: OperatorStatus): OperatorStatus {
  if (!moves[from].includes(to)) throw new InvalidTransition(from, to, moves[from]);
  return to === 'ACTIVE' && passwordHash === null ? 'INVITED' : to;
}
