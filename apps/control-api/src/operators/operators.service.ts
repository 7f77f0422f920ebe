import { SessionStore } from '@helpdeskly/auth';
import { ControlDatabase, type Operator, type Prisma } from '@helpdeskly/catalog';
import { likeLiteral } from '@helpdeskly/database';
import { Forbidden } from '@helpdeskly/errors';
import { assertVersion, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { ApiKeys } from '../api-keys/api-keys.service.js';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import { LastOwner, orEmailTaken } from './errors.js';
import { changesOf, isActiveOwner, rolesWithin } from './operator-changes.js';
import { OperatorInvitations } from './operator-invitations.js';
import { findOperator, lockOperator } from './operator-rows.js';
import { viewOperator, type OperatorDto } from './operator.dto.js';
import type { ChangeOperatorDto, ListOperatorsQuery } from './operators.dto.js';

/** The operators of the platform. They are disabled, never deleted: the audit trail names them. */
@Injectable()
export class Operators {
  private readonly sessions = new SessionStore('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly lists: Lists,
    private readonly invitations: OperatorInvitations,
    private readonly keys: ApiKeys,
  ) {}

  list({ q, role, status, ...query }: ListOperatorsQuery): Promise<Page<OperatorDto>> {
    const { operator } = this.control.client;
    const part = q === undefined ? undefined : { contains: likeLiteral(q), mode: 'insensitive' as const };
    return this.lists.page(query, {
      route: 'operators',
      filters: {
        ...(role === undefined ? {} : { role: { in: role } }),
        ...(status === undefined ? {} : { status: { in: status } }),
        ...(part === undefined ? {} : { OR: [{ name: part }, { email: part }] }),
      },
      sort: query.sort ?? 'createdAt',
      find: (page: PageArguments<Prisma.OperatorWhereInput>) => operator.findMany(page),
      count: (where) => operator.count({ where }),
      view: viewOperator,
    });
  }

  /** Throws NotFound. */
  async find(id: string): Promise<OperatorDto> {
    return viewOperator(await findOperator(this.control.client, id));
  }

  /**
   * Disabling ends the operator's sessions, invitations and API keys at once; a demotion revokes keys that could do more
   * than their maker. Throws NotFound, VersionConflict, InvalidTransition, OperatorEmailTaken, LastOwner, and Forbidden if
   * the caller is no longer an OWNER.
   */
  change(origin: Origin, id: string, input: ChangeOperatorDto, version: number | undefined): Promise<OperatorDto> {
    return orEmailTaken(
      this.control.transaction(async (tx) => {
        const { operator: before, owners } = await lockOperator(tx, id);
        if (origin.actor.kind === 'OPERATOR' && !owners.includes(origin.actor.id)) throw new Forbidden();
        assertVersion(version, before.version);
        const changes = changesOf(before, input);
        if (Object.keys(changes).length === 0) return viewOperator(before);
        const intended = { ...before, ...changes };
        if (isActiveOwner(before) && !isActiveOwner(intended) && owners.length === 1) throw new LastOwner();
        const data = { ...changes, version: { increment: 1 }, updatedAt: new Date() };
        const after = await tx.operator.update({ where: { id }, data });
        if (changes.status === 'DISABLED') await this.sessions.revokeAll(tx, id);
        if (changes.status === 'DISABLED' || changes.email !== undefined) await this.invitations.withdraw(tx, id);
        const revoked = await this.keys.revokeBeyond(tx, id, rolesWithin(after));
        const details = { id, changes: differences(before, after), ...(revoked > 0 && { apiKeysRevoked: revoked }) };
        await recordEvent(tx, origin, { action: 'operator.updated', details });
        return viewOperator(after);
      }),
    );
  }
}

function differences(before: Operator, after: Operator): Record<string, { from: string; to: string }> {
  const changes: Record<string, { from: string; to: string }> = {};
  for (const field of ['email', 'name', 'role', 'status'] as const) {
    if (before[field] !== after[field]) changes[field] = { from: before[field], to: after[field] };
  }
  return changes;
}
