import type { ParticipantRole, Prisma } from '@helpdeskly/tenant-db';
import { isStaff } from '../../ticket-core/viewer.js';
import type { Correspondent } from './mail-senders.js';

/** As many take part in a ticket. */
const mostParticipants = 100;

/** Somebody who takes part from now on. */
export interface Joined {
  readonly id: string;
  readonly role: ParticipantRole;
}

/** Lets people into a ticket who do not take part in it yet; `others` are there anyway. Answers those who came. */
export async function letIn(
  tx: Prisma.TransactionClient,
  ticketId: string,
  others: readonly string[],
  guests: readonly Correspondent[],
): Promise<readonly Joined[]> {
  if (guests.length === 0) return [];
  const present = await tx.ticketParticipant.findMany({ where: { ticketId }, select: { userId: true } });
  const there = new Set([...others, ...present.map(({ userId }) => userId)]);
  const free = guests.filter(({ id, status }) => status !== 'DISABLED' && !there.has(id));
  const joined = [...new Map(free.map((guest) => [guest.id, guest])).values()]
    .slice(0, mostParticipants - present.length)
    .map((guest): Joined => ({ id: guest.id, role: isStaff(guest) ? 'FOLLOWER' : 'CC' }));
  await tx.ticketParticipant.createMany({ data: joined.map(({ id: userId, role }) => ({ ticketId, userId, role })) });
  return joined;
}
