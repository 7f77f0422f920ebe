import { isEmail, nameKeyOf } from '@helpdeskly/http';
import type { Prisma } from '@helpdeskly/tenant-db';
import { isTimeZone, readLocale } from '../../user-core/locales.js';
import { canBeGivenTickets } from '../../user-core/user-rules.js';
import { accountsWith, type Account } from './accounts.queries.js';
import { RowRefused } from './errors.js';
import { idsFor } from './id-map.queries.js';
import { unknown, type ImportBatch, type PlacedRow } from './import-batch.js';
import type { WantedGroup, WantedOrganization, WantedUser } from './wanted-rows.js';

/** Organizations: one of the same name that is there already takes the place of the archive's. */
export async function applyOrganizations(
  batch: ImportBatch,
  rows: readonly PlacedRow<WantedOrganization>[],
): Promise<void> {
  const { tx } = batch;
  const fresh = await batch.unseen('organization', rows);
  const keys = fresh.map(({ row }) => nameKeyOf(row.name));
  const there = await tx.organization.findMany({
    where: { nameKey: { in: keys } },
    select: { id: true, nameKey: true },
  });
  const byKey = new Map(there.map(({ id, nameKey }) => [nameKey, id]));
  const existing = new Set(byKey.values());
  const own = fresh.map(({ row }) => row.own);
  const ids = await idsFor(tx, 'Organization', own);
  const made: Prisma.OrganizationCreateManyInput[] = [];
  for (const [index, { row }] of fresh.entries()) {
    const { name, shared, createdAt, updatedAt } = row;
    const nameKey = nameKeyOf(name);
    const id = byKey.get(nameKey) ?? ids[index] ?? '';
    if (!byKey.has(nameKey)) made.push({ id, name, nameKey, shared, createdAt, updatedAt });
    byKey.set(nameKey, id);
    await batch.remember('organization', [[row.sourceId, id]], existing.has(id));
  }
  if (!batch.isDryRun) await tx.organization.createMany({ data: made });
  batch.accept('organizations', fresh.length);
}

/** People: whoever has an address here already is taken for the same person, and stays as they are. */
export async function applyUsers(batch: ImportBatch, rows: readonly PlacedRow<WantedUser>[]): Promise<void> {
  const { tx } = batch;
  const named = rows.map(({ row }) => row.organizationId);
  const organizations = await batch.targets('organization', named);
  const fresh = batch.sound(await batch.unseen('user', rows), ({ email }) => {
    if (!isEmail(email)) throw new RowRefused('invalid_value', 'The field email is no email address.');
  });
  for (const placed of fresh)
    if (placed.row.organizationId !== null && !organizations.has(placed.row.organizationId))
      batch.note(
        placed,
        0,
        'invalid_reference',
        `${unknown('organizationId', placed.row.organizationId)}; the user is imported without it.`,
      );
  const keys = fresh.map(({ row }) => row.email.toLowerCase());
  const former = fresh.flatMap(({ row }) => row.addresses.map((each) => each.toLowerCase()));
  const there = await accountsWith(tx, [...keys, ...former]);
  const byKey = new Map<string, Account>(there);
  const own = fresh.map(({ row }) => row.own);
  const ids = await idsFor(tx, 'User', own);
  const made: { readonly id: string; readonly row: WantedUser }[] = [];
  for (const [index, { row }] of fresh.entries()) {
    const key = row.email.toLowerCase();
    const known = byKey.get(key);
    const account = known ?? { id: ids[index] ?? '', role: row.role, status: isUsable(row) ? 'INVITED' : 'DISABLED' };
    if (known === undefined) made.push({ id: account.id, row });
    byKey.set(key, account);
    await rememberUser(batch, row.sourceId, account, there.has(key));
  }
  batch.accept('users', fresh.length);
  const staff = made.filter(({ row }) => isUsable(row));
  batch.accept('agents', staff.filter(({ row }) => row.role === 'AGENT').length);
  batch.accept('admins', staff.filter(({ row }) => row.role === 'ADMIN').length);
  if (batch.isDryRun) return;
  const taken = new Set(byKey.keys());
  const free = (address: string) => !taken.has(address.toLowerCase()) && taken.add(address.toLowerCase());
  const data = made.map(({ id, row }) => ({
    id,
    ...{ email: row.email, emailKey: row.email.toLowerCase(), name: row.name, role: row.role },
    ...{ status: statusOf(row), service: row.isService, anonymizedAt: row.anonymizedAt },
    organizationId: row.role === 'CUSTOMER' ? (organizations.get(row.organizationId ?? '') ?? null) : null,
    locale: row.locale === null ? null : (readLocale(row.locale) ?? null),
    timeZone: row.timeZone !== null && isTimeZone(row.timeZone) ? row.timeZone : null,
    addresses: row.addresses.filter(free),
    formerNames: [...row.formerNames],
    ...{ createdAt: row.createdAt, updatedAt: row.updatedAt },
  }));
  await tx.user.createMany({ data });
  const others = data.flatMap(({ id: userId, addresses }) =>
    addresses.map((address) => ({ userId, address, addressKey: address.toLowerCase() })),
  );
  await tx.userAddress.createMany({ data: others });
}

/**
 * No password is in an archive: whoever may sign in again is invited first. A file makes nobody an agent or an admin: they keep their
 * tickets and teams, and come in when an admin enables them.
 */
function statusOf(row: WantedUser): 'DISABLED' | 'INVITED' {
  return isUsable(row) && row.role === 'CUSTOMER' ? 'INVITED' : 'DISABLED';
}

const isUsable = ({ isDisabled, isService, anonymizedAt }: WantedUser) =>
  !isDisabled && !isService && anonymizedAt === null;

async function rememberUser(batch: ImportBatch, sourceId: string, account: Account, isThere: boolean): Promise<void> {
  const pairs = [[sourceId, account.id]] as const;
  await batch.remember('user', pairs, isThere);
  if (account.role !== 'CUSTOMER') await batch.remember('staff', pairs, isThere);
  if (canBeGivenTickets(account)) await batch.remember('worker', pairs, isThere);
}

/** Teams: one of the same name that is there already takes the place of the archive's, and gets its members. */
export async function applyGroups(batch: ImportBatch, rows: readonly PlacedRow<WantedGroup>[]): Promise<void> {
  const { tx } = batch;
  const named = rows.flatMap(({ row }) => row.memberIds);
  const workers = await batch.targets('worker', named);
  for (const placed of await batch.unseen('group', rows)) {
    const { sourceId, own, name, memberIds, createdAt, updatedAt } = placed.row;
    const nameKey = nameKeyOf(name);
    const known = await tx.group.findUnique({ where: { nameKey }, select: { id: true } });
    const [id = ''] = known === null ? await idsFor(tx, 'Group', [own]) : [known.id];
    await batch.remember('group', [[sourceId, id]], known !== null);
    batch.accept('groups');
    for (const [nth, member] of memberIds.filter((each) => !workers.has(each)).entries())
      batch.note(placed, nth, 'invalid_reference', `${unknown('memberIds', member)} as an agent.`);
    if (batch.isDryRun) continue;
    if (known === null) await tx.group.create({ data: { id, name, nameKey, createdAt, updatedAt } });
    const members = memberIds.flatMap((each) => workers.get(each) ?? []);
    const data = members.map((userId) => ({ groupId: id, userId }));
    await tx.groupMember.createMany({ data, skipDuplicates: true });
  }
}
