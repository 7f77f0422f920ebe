import { InvalidReference } from '@helpdeskly/errors';
import type { Prisma } from '@helpdeskly/tenant-db';
import { lockUsers, type ReferencedUser } from '../user-core/user-rows.js';
import { findTicketNumber } from './find-ticket.js';
import { isStaff, type Viewer } from './viewer.js';

/** Of an assignee. */
export const notAble = 'An assignee is an active admin or agent.';

/** What a write refers to; what it leaves alone is not checked. */
export interface TicketReferences {
  readonly authorId?: string;
  readonly assignedToId?: string | null;
  readonly followUpOfId?: string | null;
}

/**
 * Throws InvalidReference for the first of them that is not there, not visible, or not fit: an author who is disabled, an
 * assignee who is no active agent, a follow-up of a ticket that is not older than `number` (so follow-ups form no circle).
 */
export async function assertReferences(
  tx: Prisma.TransactionClient,
  actor: Viewer,
  references: TicketReferences,
  number = Infinity,
): Promise<void> {
  const { authorId, assignedToId, followUpOfId } = references;
  const ids = [authorId, assignedToId].filter((id) => typeof id === 'string');
  const users = new Map((ids.length === 0 ? [] : await lockUsers(tx, ids)).map((user) => [user.id, user]));
  if (authorId !== undefined && !canAsk(users.get(authorId))) {
    throw new InvalidReference('authorId', 'There is no such user, or the user is disabled.');
  }
  if (typeof assignedToId === 'string' && !canWork(users.get(assignedToId))) {
    const name = (await tx.user.findUnique({ where: { id: assignedToId }, select: { name: true } }))?.name;
    throw new InvalidReference('assignedToId', name === undefined ? notAble : `${notAble} “${name}” is none.`);
  }
  if (typeof followUpOfId === 'string') {
    const followed = await findTicketNumber(tx, followUpOfId, actor);
    if (followed === undefined || followed >= number)
      throw new InvalidReference('followUpOfId', 'There is no such older ticket.');
  }
}

/** Whether this user can be an assignee, and stays so until the transaction ends. */
export async function isAbleToWork(tx: Prisma.TransactionClient, userId: string): Promise<boolean> {
  const [user] = await lockUsers(tx, [userId]);
  return canWork(user);
}

function canAsk(user: ReferencedUser | undefined): boolean {
  return user !== undefined && user.status !== 'DISABLED';
}

function canWork(user: ReferencedUser | undefined): boolean {
  return user !== undefined && user.status === 'ACTIVE' && isStaff(user);
}
