import type { TenantPrisma } from '@helpdeskly/tenancy';
import type { MissingDto, MissingReason } from './missing.dto.js';

/** A thing that is named by its id, or by the tag itself. */
export interface Naming {
  readonly field: string;
  readonly value: string;
  /** `assignee`: a user who has to be able to work. */
  readonly kind: 'group' | 'organization' | 'user' | 'assignee' | 'tag';
}

/** Those of `namings` that are gone, in their order: one statement for each kind that is named. */
export async function findMissing(db: TenantPrisma, namings: readonly Naming[]): Promise<MissingDto[]> {
  const valuesOf = (...kinds: Naming['kind'][]) => [
    ...new Set(namings.filter(({ kind }) => kinds.includes(kind)).map(({ value }) => value)),
  ];
  const holders = await findHolders(db, valuesOf('group', 'organization'));
  const users = await findUsers(db, valuesOf('user', 'assignee'));
  const tags = await findTags(db, valuesOf('tag'));
  return namings.flatMap(({ field, value, kind }) => {
    const gone = kind === 'tag' ? tags.get(value) : (holders.get(value) ?? users.get(`${kind} ${value}`));
    return gone === undefined ? [] : [{ field, value, ...gone }];
  });
}

/** What somebody was called that is gone, and why it is. */
interface Gone {
  readonly name: string | null;
  readonly reason: MissingReason;
}

async function findHolders(db: TenantPrisma, ids: readonly string[]): Promise<ReadonlyMap<string, Gone>> {
  if (ids.length === 0) return new Map();
  const rows = await db.$queryRaw<{ id: string; name: string | null }[]>`
    SELECT i."id"::text AS "id", d."name" FROM unnest(${[...ids]}::uuid[]) i ("id")
      LEFT JOIN "DeletedName" d ON d."id" = i."id"
     WHERE NOT EXISTS (SELECT FROM "Group" g WHERE g."id" = i."id")
       AND NOT EXISTS (SELECT FROM "Organization" o WHERE o."id" = i."id")`;
  return new Map(rows.map(({ id, name }) => [id, { name, reason: 'DELETED' }]));
}

/** By what they are named as. An account that was joined with another is there as that one is. */
async function findUsers(db: TenantPrisma, ids: readonly string[]): Promise<ReadonlyMap<string, Gone>> {
  const gone = new Map<string, Gone>();
  if (ids.length === 0) return gone;
  const rows = await db.user.findMany({
    where: { id: { in: [...ids] } },
    select: { ...shown, id: true, mergedInto: { select: shown } },
  });
  const known = new Map(rows.map(({ id, mergedInto, ...user }) => [id, mergedInto ?? user]));
  for (const id of ids) {
    const user = known.get(id);
    const name = user?.name ?? null;
    const isGone = user === undefined || user.status === 'DISABLED';
    const reason = user === undefined ? 'DELETED' : 'DISABLED';
    if (isGone) gone.set(`user ${id}`, { name, reason });
    if (isGone) gone.set(`assignee ${id}`, { name, reason });
    else if (user.role === 'CUSTOMER' || user.status !== 'ACTIVE')
      gone.set(`assignee ${id}`, { name, reason: 'NOT_STAFF' });
  }
  return gone;
}

const shown = { name: true, role: true, status: true } as const;

async function findTags(db: TenantPrisma, tags: readonly string[]): Promise<ReadonlyMap<string, Gone>> {
  if (tags.length === 0) return new Map();
  const rows = await db.$queryRaw<{ tag: string }[]>`
    SELECT i."tag" FROM unnest(${[...tags]}::text[]) i ("tag")
     WHERE NOT EXISTS (SELECT FROM "Ticket" t WHERE t."tags" @> ARRAY[i."tag"] AND t."deletedAt" IS NULL)`;
  return new Map(rows.map(({ tag }) => [tag, { name: tag, reason: 'UNUSED' }]));
}

/** What a deleted group or organization was called. */
export async function deletedName(db: TenantPrisma, id: string): Promise<string | undefined> {
  return (await db.deletedName.findUnique({ where: { id }, select: { name: true } }))?.name;
}
