import { NotFound } from '@helpdeskly/errors';
import { isUuid } from '@helpdeskly/http';
import { TenantDatabase, type PersonalWords } from '@helpdeskly/tenancy';
import { Prisma, type User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { assertOwn, isActiveAdmin } from '../user-core/user-rules.js';
import { hasOtherAdmin } from '../user-core/user-rows.js';
import { LastAdmin } from '../user-core/errors.js';
import type { ErasedPlaceDto, ErasurePreviewDto, RemovedCountsDto } from './erasure-preview.dto.js';
import { knownAs, withoutPerson } from './erasure.queries.js';
import { eachBatch, type TicketBatch } from './ticket-batches.js';

const shownMost = 100;

/** What making a person nobody would change. */
@Injectable()
export class ErasurePreview {
  constructor(private readonly db: TenantDatabase) {}

  /** Throws NotFound, UserMerged, LastAdmin: what anonymizing would. */
  async of(id: string): Promise<ErasurePreviewDto> {
    const user = isUuid(id) ? await this.db.client.user.findUnique({ where: { id } }) : null;
    if (user === null || user.service) throw new NotFound('user');
    assertOwn(user);
    if (isActiveAdmin(user) && !(await hasOtherAdmin(this.db.client, user.id))) throw new LastAdmin();
    const person = await knownAs(this.db.client, user);
    const words: PersonalWords = user.anonymizedAt === null ? person.words : { addresses: [], names: [] };
    const found = new Findings();
    found.add(await this.filesOfNobody(words));
    for await (const batch of eachBatch(this.db.client, { ...person, words })) found.add(await this.placesIn(batch));
    return {
      dryRun: true,
      addresses: [...words.addresses],
      names: [...words.names],
      counts: found.counts,
      removed: await this.removedWith(user),
      places: found.first,
    };
  }

  private placesIn({ words, ticketIds }: TicketBatch): Promise<ErasedPlaceDto[]> {
    if (words.addresses.length + words.names.length === 0) return Promise.resolve([]);
    const without = withoutPerson(words);
    const ours = Prisma.sql`t."id" = ANY (${[...ticketIds]}::uuid[])`;
    const { addresses, names } = words;
    const changes = Prisma.sql`"json_without_person"(e."changes", ${[...addresses]}::text[], ${[...names]}::text[])`;
    return this.db.client.$queryRaw<ErasedPlaceDto[]>`
      SELECT p."field", t."id"::text AS "ticketId", t."number", p."id"::text AS "id", ${removedIn('p')} AS "count"
        FROM "Ticket" t CROSS JOIN LATERAL (
          SELECT 1 AS "place", 'title' AS "field", t."id" AS "id", t."title" AS "before", ${without('t."title"')} AS "after"
           UNION ALL SELECT 2, 'description', t."id", t."description", ${without('t."description"')}
           UNION ALL SELECT 3, 'comment', c."id", c."body", ${without('c."body"')} FROM "Comment" c WHERE c."ticketId" = t."id"
           UNION ALL SELECT 4, 'event', e."id", e."changes"::text, ${changes}::text FROM "TicketEvent" e WHERE e."ticketId" = t."id"
           UNION ALL SELECT 5, 'fileName', f."id", f."fileName", ${without('f."fileName"')}
                       FROM "Attachment" f JOIN "Comment" c ON c."id" = f."commentId" WHERE c."ticketId" = t."id") p
       WHERE ${ours} AND p."before" <> p."after"
       ORDER BY t."number", p."place", p."id"`;
  }

  private filesOfNobody({ addresses }: PersonalWords): Promise<ErasedPlaceDto[]> {
    if (addresses.length === 0) return Promise.resolve([]);
    const without = withoutPerson({ addresses, names: [] });
    return this.db.client.$queryRaw<ErasedPlaceDto[]>`
      SELECT 'fileName' AS "field", NULL AS "ticketId", NULL::int AS "number", p."id"::text AS "id", ${removedIn('p')} AS "count"
        FROM (SELECT f."id", f."fileName" AS "before", ${without('f."fileName"')} AS "after"
                FROM "Attachment" f WHERE f."commentId" IS NULL) p
       WHERE p."before" <> p."after" ORDER BY p."id"`;
  }

  private async removedWith({ id: userId, role }: User): Promise<RemovedCountsDto> {
    const { client } = this.db;
    const own = { ownerId: userId, shared: false };
    const unbound = role === 'CUSTOMER' ? {} : { commentId: null };
    return {
      sessions: await client.session.count({ where: { userId } }),
      participations: await client.ticketParticipant.count({ where: { userId } }),
      assignments: await client.ticket.count({
        where: { assignedToId: userId, status: { in: ['OPEN', 'PENDING', 'ON_HOLD'] } },
      }),
      files: await client.attachment.count({ where: { uploaderId: userId, removedAt: null, ...unbound } }),
      views: await client.view.count({ where: own }),
      macros: await client.macro.count({ where: own }),
      drafts: await client.draft.count({ where: { userId } }),
      heldComments: await client.heldComment.count({ where: { authorId: userId } }),
      notifications: await client.notification.count({ where: { userId } }),
      queuedMails: await client.mailDelivery.count({ where: { userId, status: 'QUEUED' } }),
    };
  }
}

/** Counts all places, and keeps the first. */
class Findings {
  readonly counts = { tickets: 0, titles: 0, descriptions: 0, comments: 0, events: 0, fileNames: 0 };
  readonly first: ErasedPlaceDto[] = [];

  /** Of tickets that were not added before. */
  add(places: readonly ErasedPlaceDto[]): void {
    this.counts.tickets += new Set(places.flatMap(({ ticketId }) => ticketId ?? [])).size;
    for (const { field } of places) this.counts[`${field}s`]++;
    this.first.push(...places.slice(0, shownMost - this.first.length));
  }
}

/** How many words were taken out of `before` to make `after`. */
function removedIn(alias: string): Prisma.Sql {
  const times = (column: string) => `regexp_count(${alias}."${column}", '\\[removed\\]')`;
  return Prisma.raw(`${times('after')} - ${times('before')}`);
}
