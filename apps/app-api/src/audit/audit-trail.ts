import { isDeepStrictEqual } from 'node:util';
import { TenantContext } from '@helpdeskly/tenancy';
import type { AuditActorType, Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import type { AuditType } from './audit-types.js';

/** What somebody did, who is a user unless `actorType` says otherwise. `subjectId` is the user whom it was done to; `details` never hold a secret. */
export interface Deed {
  readonly type: AuditType;
  readonly actorType?: AuditActorType;
  readonly actorId?: string;
  readonly subjectId?: string;
  readonly details?: Prisma.InputJsonObject;
}

/** The tenant's own audit trail. */
@Injectable()
export class AuditTrail {
  constructor(private readonly context: TenantContext) {}

  /** Writes down a deed, in the transaction in which it is done. */
  async record(tx: Pick<Prisma.TransactionClient, 'auditEvent'>, deed: Deed): Promise<void> {
    const { request } = this.context.current;
    await tx.auditEvent.create({
      data: { ...deed, address: request?.address ?? null, requestId: request?.id ?? null },
      select: { id: true },
    });
  }
}

type Audited = string | number | boolean | null | readonly string[];

/** What changed between two states of a thing, for an event's details. */
export function changesBetween<F extends string>(
  before: Readonly<Record<F, Audited>>,
  after: Readonly<Record<F, Audited>>,
  fields: readonly F[],
): Prisma.InputJsonObject {
  const changed = fields.filter((field) => !isDeepStrictEqual(before[field], after[field]));
  return { changes: Object.fromEntries(changed.map((field) => [field, { from: before[field], to: after[field] }])) };
}
