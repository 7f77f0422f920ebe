import type { Operator, OperatorRole, OperatorStatus } from '@helpdeskly/catalog';
import { InvalidTransition } from '@helpdeskly/errors';
import type { ChangeOperatorDto } from './operators.dto.js';

const moves: Readonly<Record<OperatorStatus, readonly OperatorStatus[]>> = {
  INVITED: ['DISABLED'], // Only accepting an invitation makes an operator active: nobody else can set the password.
  ACTIVE: ['DISABLED'],
  DISABLED: ['ACTIVE'],
};

/** From the fewest permissions to the most. */
const ranks: readonly OperatorRole[] = ['VIEWER', 'OPERATOR', 'OWNER'];

export type OperatorChanges = Partial<Pick<Operator, 'email' | 'emailKey' | 'name' | 'role' | 'status'>>;

/** What an input changes of an operator; empty if nothing. Throws InvalidTransition. */
export function changesOf(operator: Operator, { email, name, role, status }: ChangeOperatorDto): OperatorChanges {
  return {
    ...(email === undefined || email === operator.email ? {} : { email, emailKey: email.toLowerCase() }),
    ...(name === undefined || name === operator.name ? {} : { name }),
    ...(role === undefined || role === operator.role ? {} : { role }),
    ...(status === undefined || status === operator.status ? {} : { status: moved(operator, status) }),
  };
}

/** Throws InvalidTransition if an operator is disabled; all others may be invited. */
export function assertInvitable({ status }: Operator): void {
  if (status === 'DISABLED') throw new InvalidTransition('DISABLED', 'INVITED', moves.DISABLED);
}

/** Whether an operator can do everything. One who has not accepted an invitation yet cannot. */
export function isActiveOwner({ role, status }: Pick<Operator, 'role' | 'status'>): boolean {
  return role === 'OWNER' && status === 'ACTIVE';
}

/** The roles that an operator's API keys may have; none if the operator is disabled. */
export function rolesWithin({ role, status }: Pick<Operator, 'role' | 'status'>): readonly OperatorRole[] {
  return status === 'DISABLED' ? [] : ranks.slice(0, ranks.indexOf(role) + 1);
}

/** An operator who is enabled again but never had a password goes back to INVITED. */
function moved({ status: from, passwordHash }: Operator, to: OperatorStatus): OperatorStatus {
  if (!moves[from].includes(to)) throw new InvalidTransition(from, to, moves[from]);
  return to === 'ACTIVE' && passwordHash === null ? 'INVITED' : to;
}
