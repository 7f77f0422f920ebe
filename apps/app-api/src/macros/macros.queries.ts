import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { Macro, Prisma } from '@helpdeskly/tenant-db';
import { isSharedOrOwn } from '../sharing/sharing.js';
import type { MacroChangesDto, MacroDto, MacroReplyDto } from './macros.dto.js';

/** A macro that this actor has. Throws NotFound. */
export async function findMacro(db: TenantPrisma, actor: Actor, id: string): Promise<Macro> {
  const macro = isUuid(id) ? await db.macro.findUnique({ where: { id } }) : null;
  if (macro === null || !isSharedOrOwn(macro, actor)) throw new NotFound('macro');
  return macro;
}

/** The same, whose row the transaction has locked. */
export async function lockMacro(tx: Prisma.TransactionClient, actor: Actor, id: string): Promise<Macro> {
  if (isUuid(id)) await tx.$queryRaw`select from "Macro" where "id" = ${id}::uuid for no key update`;
  return findMacro(tx, actor, id);
}

export function viewMacro({ id, name, shared, ownerId, reply, changes, version, ...times }: Macro): MacroDto {
  return {
    id,
    name,
    shared,
    ownerId,
    reply: reply as MacroReplyDto | null,
    changes: changes as MacroChangesDto,
    version,
    createdAt: times.createdAt.toISOString(),
    updatedAt: times.updatedAt.toISOString(),
  };
}
