import { NotFound } from '@helpdeskly/errors';
import { type Actor, Cursors, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/audit-trail.js';
import { AuditType } from '../../audit/audit-types.js';
import { plainText } from '../inbound/mail-headers.js';
import type { ListUndeliverableDto, UndeliverableDto } from './undeliverable.dto.js';

/** Addresses to which no mail leaves. */
@Injectable()
export class UndeliverableAddresses {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
    private readonly audit: AuditTrail,
  ) {}

  /** The newest first. */
  async list(query: ListUndeliverableDto): Promise<Page<UndeliverableDto>> {
    const addressKey = query.address?.toLowerCase();
    const scope = [this.context.current.tenant.id, 'undeliverable-addresses', addressKey ?? ''];
    const request = this.cursors.request(query, scope);
    const [at, key] = (request.after ?? []).map(String);
    const where = addressKey === undefined ? {} : { addressKey };
    const beyond =
      at === undefined || key === undefined
        ? {}
        : { OR: [{ createdAt: { lt: new Date(at) } }, { createdAt: new Date(at), addressKey: { gt: key } }] };
    const { undeliverableAddress, userAddress } = this.db.client;
    const rows = await undeliverableAddress.findMany({
      where: { AND: [where, beyond] },
      orderBy: [{ createdAt: 'desc' }, { addressKey: 'asc' }],
      take: request.limit + 1,
    });
    const total = request.total ? await undeliverableAddress.count({ where }) : undefined;
    const owners = await userAddress.findMany({ where: { addressKey: { in: rows.map((row) => row.addressKey) } } });
    const ownerOf = new Map(owners.map((owner) => [owner.addressKey, owner.userId]));
    return this.cursors.page(
      rows,
      request,
      scope,
      (row) => [row.createdAt.toISOString(), row.addressKey],
      (row) => ({
        address: row.addressKey,
        code: row.code,
        userId: ownerOf.get(row.addressKey) ?? null,
        createdAt: row.createdAt.toISOString(),
      }),
      total,
    );
  }

  /** Throws NotFound. */
  async clear(actor: Actor, address: string): Promise<void> {
    const addressKey = plainText(address).toLowerCase();
    await this.db.transaction(async (tx) => {
      const { count } = await tx.undeliverableAddress.deleteMany({ where: { addressKey } });
      if (count === 0) throw new NotFound('undeliverable address');
      const owner = await tx.userAddress.findUnique({ where: { addressKey }, select: { userId: true } });
      const subject = owner === null ? {} : { subjectId: owner.userId };
      await this.audit.record(tx, { type: AuditType.ADDRESS_CLEARED, actorId: actor.id, ...subject });
    });
  }
}
