import { NotFound } from '@helpdeskly/errors';
import { isUuid, type Actor } from '@helpdeskly/http';
import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { Macro, Prisma } from '@helpdeskly/tenant-db';
import { isSharedOrOwn } from '../sharing/sharing.js';
import { findMissing, type Naming } from '../missing/missing.queries.js';
import type { MacroChangesDto, MacroDto, MacroReplyDto } from './macros.dto.js';

/** A macro that this actor has. Throws NotFound. */
export async function findMacro(db: TenantPrisma, actor: Actor, id: string): Promise<Macro> {
  const macro = isUuid(id) ? await db.macro.findUnique({ where: { id } }) : null;
  if (macro === null || !isSharedOrOwn(macro, actor)) throw new NotFound('macro');
  return macro;
}

/** The same, whose row the transaction has locked. */
export async function lockMacro(tx: Prisma.TransactionClient, actor: Actor, id: string): Promise<Macro> {
  if (isUuid(id)) await tx.$queryRaw`SELECT FROM "Macro" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`;
  return findMacro(tx, actor, id);
}

/** Macros as the API shows them, each with what it names and is gone. */
export async function viewMacros(db: TenantPrisma, macros: readonly Macro[]): Promise<MacroDto[]> {
  const missing = await findMissing(
    db,
    macros.flatMap((macro) => namingsOf(macro.changes as MacroChangesDto)),
  );
  return macros.map((macro) => {
    const named = new Set(namingsOf(macro.changes as MacroChangesDto).map(({ field, value }) => `${field} ${value}`));
    return { ...viewMacro(macro), missing: missing.filter(({ field, value }) => named.has(`${field} ${value}`)) };
  });
}

function namingsOf({ assignedToId, groupId }: MacroChangesDto): Naming[] {
  const namings: Naming[] = [];
  if (typeof groupId === 'string') namings.push({ field: 'changes.groupId', value: groupId, kind: 'group' });
  if (typeof assignedToId === 'string')
    namings.push({ field: 'changes.assignedToId', value: assignedToId, kind: 'assignee' });
  return namings;
}

export async function viewOneMacro(db: TenantPrisma, macro: Macro): Promise<MacroDto> {
  const [view] = await viewMacros(db, [macro]);
  return view as MacroDto;
}

/** What a macro does, beside whether it still can. */
export function viewMacro({
  id,
  name,
  shared,
  ownerId,
  reply,
  changes,
  version,
  ...times
}: Macro): Omit<MacroDto, 'missing'> {
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
