import { assertHardToGuess, Passwords, SessionStore } from '@helpdeskly/auth';
import { ControlDatabase, type Operator, type Prisma } from '@helpdeskly/catalog';
import { isUniqueViolation, likeLiteral } from '@helpdeskly/database';
import { Forbidden } from '@helpdeskly/errors';
import { assertVersion, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { ApiKeys } from '../api-keys/api-keys.service.js';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { Lists, type PageArguments } from '../lists/lists.js';
import { LastOwner, OperatorEmailTaken } from './errors.js';
import { changesOf, isActiveOwner, rolesWithin } from './operator-changes.js';
import { OperatorInvitations } from './operator-invitations.js';
import { findOperator, lockOperator } from './operator-rows.js';
import { passwordOwner } from './password-owner.js';
import { viewOperator, type CreatedOperatorDto, type OperatorDto } from './operator.dto.js';
import type { ChangeOperatorDto, CreateOperatorDto, ListOperatorsQuery } from './operators.dto.js';
import { assertStillOwner } from '../actors/still-owner.js';

/** Who runs the platform. Operators are disabled, never deleted: the audit trail names them. */
@Injectable()
export class Operators {
  private readonly sessions = new SessionStore('control');

  constructor(
    private readonly control: ControlDatabase,
    private readonly passwords: Passwords,
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
   * With a password ACTIVE at once, without one INVITED. Throws ValidationFailed for a password that is easily guessed,
   * OperatorEmailTaken, and Forbidden when whoever asks has ceased to be an OWNER meanwhile.
   */
  async create(origin: Origin, { email, name, role, password }: CreateOperatorDto): Promise<CreatedOperatorDto> {
    if (password !== undefined) assertHardToGuess(password, passwordOwner({ email, name }));
    await this.assertEmailIsFree(email);
    const passwordHash = password === undefined ? null : await this.passwords.hash(password);
    return this.orTaken(
      this.control.transaction(async (tx) => {
        await assertStillOwner(tx, origin);
        const status = passwordHash === null ? 'INVITED' : 'ACTIVE';
        const data = { email, emailKey: email.toLowerCase(), name, role, status, passwordHash } as const;
        const operator = await tx.operator.create({ data });
        const details = { id: operator.id, email, name, role, status };
        await recordEvent(tx, origin, { action: 'operator.created', details });
        const invitation = passwordHash === null ? await this.invitations.issue(tx, operator) : null;
        return { ...viewOperator(operator), invitation };
      }),
    );
  }

  /**
   * A disabled operator's sessions, invitations and API keys end at once, and so do a demoted one's keys that could do more
   * than their maker. Throws NotFound, VersionConflict, InvalidTransition, OperatorEmailTaken, LastOwner, and Forbidden when
   * whoever asks has ceased to be an OWNER meanwhile.
   */
  change(origin: Origin, id: string, input: ChangeOperatorDto, version: number | undefined): Promise<OperatorDto> {
    return this.orTaken(
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

  /** Before a password is hashed for nothing; the unique index decides. */
  private async assertEmailIsFree(email: string): Promise<void> {
    const taken = await this.control.client.operator.count({ where: { emailKey: email.toLowerCase() } });
    if (taken > 0) throw new OperatorEmailTaken();
  }

  private async orTaken<T>(written: Promise<T>): Promise<T> {
    try {
      return await written;
    } catch (error) {
      throw isUniqueViolation(error, 'Operator_emailKey_key') ? new OperatorEmailTaken() : error;
    }
  }
}

function differences(before: Operator, after: Operator): Record<string, { from: string; to: string }> {
  const changes: Record<string, { from: string; to: string }> = {};
  for (const field of ['email', 'name', 'role', 'status'] as const) {
    if (before[field] !== after[field]) changes[field] = { from: before[field], to: after[field] };
  }
  return changes;
}
