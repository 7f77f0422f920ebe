import { Cursors, FailureNotes, type Page } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import type { AuditEvent, Prisma, User } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import type { AuditType } from './audit-types.js';
import type { AuditEventDto, AuditListQuery } from './audit.dto.js';

/** Reads the tenant's audit trail, in the order in which it was written. */
@Injectable()
export class AuditEvents {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly cursors: Cursors,
    private readonly failures: FailureNotes,
  ) {}

  async list(query: AuditListQuery): Promise<Page<AuditEventDto>> {
    await this.failures.settled();
    const { type, actor, subject, createdAfter, createdBefore, sort = '-createdAt' } = query;
    const filters = [type ?? null, actor ?? null, subject ?? null, createdAfter ?? null, createdBefore ?? null];
    const scope = [this.context.current.tenant.id, 'audit-events', sort, ...filters];
    const request = this.cursors.request(query, scope);
    const descending = sort.startsWith('-');
    const where = whereOf(query);
    const seq = BigInt(String(request.after?.[0] ?? 0));
    const beyond = request.after === undefined ? {} : { seq: descending ? { lt: seq } : { gt: seq } };
    const rows = await this.db.client.auditEvent.findMany({
      where: { AND: [where, beyond] },
      orderBy: { seq: descending ? 'desc' : 'asc' },
      take: request.limit + 1,
    });
    const users = await this.usersIn(rows);
    const total = request.total ? await this.db.client.auditEvent.count({ where }) : undefined;
    return this.cursors.page(
      rows,
      request,
      scope,
      (row) => [String(row.seq)],
      (row) => view(row, users),
      total,
    );
  }

  private async usersIn(rows: readonly AuditEvent[]): Promise<ReadonlyMap<string, Known>> {
    const ids = rows.flatMap(({ actorId, subjectId }) => [actorId, subjectId]).filter((id) => id !== null);
    const users = await this.db.client.user.findMany({
      where: { id: { in: [...new Set(ids)] } },
      select: { id: true, name: true, service: true },
    });
    return new Map(users.map((user) => [user.id, user]));
  }
}

type Known = Pick<User, 'name' | 'service'>;

function whereOf({ type, actor, subject, createdAfter, createdBefore }: AuditListQuery): Prisma.AuditEventWhereInput {
  const createdAt = {
    ...(createdAfter === undefined ? {} : { gte: new Date(createdAfter) }),
    ...(createdBefore === undefined ? {} : { lt: new Date(createdBefore) }),
  };
  return {
    ...(type === undefined ? {} : { type: { in: [...type] } }),
    ...(actor === undefined ? {} : { actorId: actor }),
    ...(subject === undefined ? {} : { subjectId: subject }),
    createdAt,
  };
}

function view(row: AuditEvent, users: ReadonlyMap<string, Known>): AuditEventDto {
  const { id, type, actorType, actorId, subjectId, address, requestId, details, createdAt } = row;
  const nameOf = (user: string | null) => users.get(user ?? '')?.name ?? null;
  const isKey = users.get(actorId ?? '')?.service === true;
  return {
    id,
    type: type as AuditType,
    actor: { type: isKey ? 'API_KEY' : actorType, id: actorId, name: nameOf(actorId) },
    subject: subjectId === null ? null : { id: subjectId, name: nameOf(subjectId) },
    address,
    requestId,
    details,
    createdAt: createdAt.toISOString(),
  };
}
