import { isDeepStrictEqual } from 'node:util';
import { Forbidden, InvalidReference, NotFound } from '@helpdeskly/errors';
import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import type { Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { isSharedOrOwn } from '../sharing/sharing.js';
import { findVisibleTicket } from '../ticket-core/find-ticket.js';
import { takesPart } from '../ticket-core/ticket-lock.js';
import { assertMayWrite } from '../ticket-core/ticket-permissions.js';
import { ticketReference } from '../ticket-core/ticket-reference.js';
import { isStaff } from '../ticket-core/viewer.js';
import type { DraftDto, WriteDraftDto } from './drafts.dto.js';
import {
  countFree,
  insertDraft,
  lockDraft,
  readDraft,
  updateDraft,
  type DraftContent,
  type DraftPlace,
} from './drafts.queries.js';

type Transaction = Prisma.TransactionClient;

/**
 * What the caller is writing to a ticket, given by its id or number. A closed ticket has drafts, too: nobody loses what they typed
 * because somebody else was faster.
 */
@Injectable()
export class Drafts {
  constructor(private readonly db: TenantDatabase) {}

  /** Throws NotFound. */
  async find(actor: Actor, name: string): Promise<DraftDto> {
    const ticketId = await findVisibleTicket(this.db.reader, ticketReference(name), actor);
    const draft = await readDraft(this.db.client, actor, ticketId);
    if (draft === undefined) throw new NotFound('draft');
    return draft;
  }

  /** Throws NotFound, Forbidden as a comment would, VersionConflict, InvalidReference. */
  async write(actor: Actor, name: string, input: WriteDraftDto, version?: number): Promise<DraftDto> {
    const { body, visibility = 'PUBLIC', macroId = null } = input;
    const attachmentIds = [...new Set((input.attachmentIds ?? []).map((id) => id.toLowerCase()))];
    const content = { body, visibility, attachmentIds, macroId: macroId?.toLowerCase() ?? null };
    return this.db.transaction(async (tx) => {
      const ticketId = await findVisibleTicket(tx, ticketReference(name), actor);
      await assertMayDraft(tx, actor, ticketId, content);
      return put(tx, { userId: actor.id, ticketId }, content, async (before) => {
        assertVersion(version, before?.version ?? 0);
        await assertReferences(tx, actor, content);
      });
    });
  }

  /** Throws NotFound, VersionConflict. */
  async remove(actor: Actor, name: string, version?: number): Promise<void> {
    await this.db.transaction(async (tx) => {
      const ticketId = await findVisibleTicket(tx, ticketReference(name), actor);
      const draft = await lockDraft(tx, { userId: actor.id, ticketId });
      if (draft === undefined) throw new NotFound('draft');
      assertVersion(version, draft.version);
      await tx.draft.deleteMany({ where: { userId: actor.id, ticketId } });
    });
  }
}

/** Writes a draft that `allow` does not refuse; one that says the same already stays as it is. */
async function put(
  tx: Transaction,
  place: DraftPlace,
  content: DraftContent,
  allow: (before: DraftDto | undefined) => Promise<void>,
): Promise<DraftDto> {
  const before = await lockDraft(tx, place);
  await allow(before);
  if (before === undefined) return (await insertDraft(tx, place, content)) ?? put(tx, place, content, allow);
  const { body, visibility, attachmentIds, macroId } = before;
  if (isDeepStrictEqual({ body, visibility, attachmentIds, macroId }, content)) return before;
  return updateDraft(tx, place, content);
}

/** Throws Forbidden. */
async function assertMayDraft(
  tx: Transaction,
  actor: Actor,
  ticketId: string,
  { visibility, macroId }: DraftContent,
): Promise<void> {
  if (isStaff(actor)) return;
  if (macroId !== null) throw new Forbidden('A customer has no macros.');
  const { authorId } = await tx.ticket.findUniqueOrThrow({ where: { id: ticketId }, select: { authorId: true } });
  assertMayWrite(actor, visibility, await takesPart(tx, { id: ticketId, authorId }, actor));
}

/** Throws InvalidReference. */
async function assertReferences(
  tx: Transaction,
  actor: Actor,
  { attachmentIds, macroId }: DraftContent,
): Promise<void> {
  if (attachmentIds.length > 0 && (await countFree(tx, attachmentIds, actor.id)) !== attachmentIds.length)
    throw new InvalidReference('attachmentIds', 'You have no such attachment, or a comment has taken it.');
  if (macroId === null) return;
  await tx.$executeRaw`SELECT FROM "Macro" WHERE "id" = ${macroId}::uuid FOR KEY SHARE`; // It stays until this is written.
  const macro = await tx.macro.findUnique({ where: { id: macroId }, select: { ownerId: true, shared: true } });
  if (macro === null || !isSharedOrOwn(macro, actor)) throw new InvalidReference('macroId', 'There is no such macro.');
}
