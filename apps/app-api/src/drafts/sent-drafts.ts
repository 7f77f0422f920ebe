import { Prisma } from '@helpdeskly/tenant-db';
import { named, type TicketReference } from '../ticket-core/ticket-reference.js';
import type { Viewer } from '../ticket-core/viewer.js';
import { insertDraft, lockDraft, updateDraft, type DraftContent, type DraftPlace } from './drafts.queries.js';

type Transaction = Prisma.TransactionClient;

/** What a draft that was sent leaves behind, for when it comes back. */
export interface SentDraft {
  readonly version: number;
  readonly macroId: string | null;
}

/** Takes away somebody's draft for a ticket, in the transaction in which they write a comment to it. */
export async function removeSentDraft(
  tx: Transaction,
  { id }: Viewer,
  reference: TicketReference,
): Promise<SentDraft | undefined> {
  const [draft] = await tx.$queryRaw<SentDraft[]>`
    DELETE FROM "Draft" d USING "Ticket" t
     WHERE d."userId" = ${id}::uuid AND d."ticketId" = t."id" AND ${named(reference)}
    RETURNING d."version", d."macroId"::text AS "macroId"`;
  return draft;
}

/**
 * Makes a draft of a comment that was not sent. If its author has begun another one meanwhile, the draft has the words and files of both;
 * it is internal if one of them was.
 */
export async function restoreDraft(
  tx: Transaction,
  place: DraftPlace,
  content: DraftContent,
  version: number,
): Promise<void> {
  const newer = await lockDraft(tx, place);
  if (newer !== undefined) await updateDraft(tx, place, joined(content, newer));
  else if ((await insertDraft(tx, place, content, version)) === undefined)
    await restoreDraft(tx, place, content, version);
}

function joined(restored: DraftContent, newer: DraftContent): DraftContent {
  const bodies = new Set([restored.body, newer.body].filter((body) => body !== ''));
  return {
    body: [...bodies].join('\n\n'),
    visibility: restored.visibility === 'INTERNAL' ? 'INTERNAL' : newer.visibility,
    attachmentIds: [...new Set([...restored.attachmentIds, ...newer.attachmentIds])],
    macroId: newer.macroId ?? restored.macroId,
  };
}
