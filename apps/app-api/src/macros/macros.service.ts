import { isDeepStrictEqual } from 'node:util';
import { ValidationFailed } from '@helpdeskly/errors';
import { assertVersion, type Actor, type Page } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Prisma, type Macro } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import type { ListByNameDto } from '../naming/list-by-name.dto.js';
import { NamePages } from '../naming/name-pages.js';
import { named } from '../naming/name-taken.js';
import { lockQuota } from '../sharing/quota.js';
import { assertMayKeep, sharedOrOwn } from '../sharing/sharing.js';
import { given } from '../sharing/given.js';
import { findMacro, lockMacro, viewMacros, viewOneMacro } from './macros.queries.js';
import type { ChangeMacroDto, CreateMacroDto, MacroChangesDto, MacroDto, MacroReplyDto } from './macros.dto.js';

/** The most that the staff shares, and that one person has. */
const mostMacros = 500;

/** Canned replies with field changes. Somebody else's personal macro is not found, by admins neither. */
@Injectable()
export class Macros {
  constructor(
    private readonly db: TenantDatabase,
    private readonly pages: NamePages,
  ) {}

  async list(actor: Actor, { q, ...query }: ListByNameDto): Promise<Page<MacroDto>> {
    const { macro } = this.db.client;
    const page = await this.pages.page(query, {
      route: `macros of ${actor.id}`,
      q,
      within: sharedOrOwn(actor),
      find: (page) => macro.findMany(page),
      count: (where) => macro.count({ where }),
      view: (row) => row,
    });
    return { ...page, data: await viewMacros(this.db.client, page.data) };
  }

  /** Throws NotFound. */
  async find(actor: Actor, id: string): Promise<MacroDto> {
    return viewOneMacro(this.db.client, await findMacro(this.db.client, actor, id));
  }

  /** Throws Forbidden, LimitReached, ValidationFailed for one that does nothing. */
  async create(actor: Actor, { name, shared = false, reply = null, changes = {} }: CreateMacroDto): Promise<MacroDto> {
    const kept = { shared, ownerId: actor.id };
    assertMayKeep(actor, kept);
    assertDoes(reply, changes);
    return this.db.transaction(async (tx) => {
      await lockQuota(tx, 'macros', kept, mostMacros, (where) => tx.macro.count({ where }));
      const data = { ...kept, ...named(name), reply: stored(reply), changes: given(changes) };
      return viewOneMacro(tx, await tx.macro.create({ data }));
    });
  }

  /** Throws NotFound, Forbidden, VersionConflict, ValidationFailed for one that would do nothing. */
  async change(actor: Actor, id: string, input: ChangeMacroDto, version?: number): Promise<MacroDto> {
    return this.db.transaction(async (tx) => {
      const before = await viewOneMacro(tx, await this.lock(tx, actor, id, version));
      const { name = before.name, reply = before.reply, changes = before.changes } = input;
      assertDoes(reply, changes);
      const after = { name, reply: reply === null ? null : given(reply), changes: given(changes) };
      if (isDeepStrictEqual(after, { name: before.name, reply: before.reply, changes: before.changes })) return before;
      const data = {
        ...named(name),
        reply: stored(reply),
        changes: after.changes,
        version: { increment: 1 },
        updatedAt: new Date(),
      };
      return viewOneMacro(tx, await tx.macro.update({ where: { id: before.id }, data }));
    });
  }

  /** Throws NotFound, Forbidden, VersionConflict. */
  async remove(actor: Actor, id: string, version?: number): Promise<void> {
    await this.db.transaction(async (tx) => {
      const macro = await this.lock(tx, actor, id, version);
      await tx.macro.delete({ where: { id: macro.id }, select: { id: true } });
    });
  }

  private async lock(tx: Prisma.TransactionClient, actor: Actor, id: string, version?: number): Promise<Macro> {
    const macro = await lockMacro(tx, actor, id);
    assertMayKeep(actor, macro);
    assertVersion(version, macro.version);
    return macro;
  }
}

function assertDoes(reply: MacroReplyDto | null, changes: MacroChangesDto): void {
  if (reply !== null || Object.keys(given(changes)).length > 0) return;
  const message = 'A macro has a reply, or changes something.';
  throw new ValidationFailed([{ field: 'changes', code: 'too_few', message }]);
}

function stored(reply: MacroReplyDto | null): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return reply === null ? Prisma.DbNull : given(reply);
}
