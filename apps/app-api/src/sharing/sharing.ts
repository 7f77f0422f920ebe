import { Forbidden } from '@helpdeskly/errors';
import type { Actor } from '@helpdeskly/http';

/** What an agent keeps to work with: the whole staff's when it is shared, else its owner's alone. */
export interface Kept {
  readonly shared: boolean;
  readonly ownerId: string;
}

/** The rows that this actor sees, as Prisma asks for them. */
export function sharedOrOwn(actor: Actor): { OR: [{ shared: true }, { ownerId: string }] } {
  return { OR: [{ shared: true }, { ownerId: actor.id }] };
}

export function isSharedOrOwn(kept: Kept, actor: Actor): boolean {
  return kept.shared || kept.ownerId === actor.id;
}

/** What is shared is kept by the admins, whoever made it. Throws Forbidden. */
export function assertMayKeep(actor: Actor, { shared }: Pick<Kept, 'shared'>): void {
  if (shared && actor.role !== 'ADMIN') throw new Forbidden('Only admins manage shared macros and views.');
}
