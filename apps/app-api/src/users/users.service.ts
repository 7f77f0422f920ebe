import { Passwords, SessionStore } from '@helpdeskly/auth';
import { isUniqueViolation } from '@helpdeskly/database';
import { Forbidden, InvalidTransition, NotFound } from '@helpdeskly/errors';
import { type Actor, assertVersion, isUuid } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { type Prisma, type User, type UserStatus } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { InvitationsService } from '../auth/invitations.service.js';
import { SessionStates } from '../edge/session-states.js';
import { releaseTickets } from '../tickets/ticket-assignments.js';
import { userView } from './user-view.js';
import { EmailTaken, LastAdmin } from './users.errors.js';
import type { ChangeUserDto, CreateUserDto, InvitationDto, UserDto } from './users.dto.js';

const moves: Readonly<Record<UserStatus, readonly UserStatus[]>> = {
  INVITED: ['DISABLED'],
  ACTIVE: ['DISABLED'],
  DISABLED: ['ACTIVE'],
};

/** Making and changing users. What binds a user's sessions is forgotten here at once. */
@Injectable()
export class UsersService {
  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly invitations: InvitationsService,
    private readonly store: SessionStore,
    private readonly passwords: Passwords,
    private readonly states: SessionStates,
  ) {}

  /** Throws Forbidden when an agent makes anything but a customer, EmailTaken. */
  async create(actor: Actor, { email, name, role, password }: CreateUserDto): Promise<UserDto> {
    if (actor.role === 'AGENT' && role !== 'CUSTOMER') throw new Forbidden('Agents create customers; an admin creates agents and admins.');
    const passwordHash = password === undefined ? null : await this.passwords.hash(password);
    const status = passwordHash === null ? 'INVITED' : 'ACTIVE';
    const data = { email, emailKey: email.toLowerCase(), name, role, status, passwordHash } as const;
    return userView(await orEmailTaken(this.db.client.user.create({ data })));
  }

  /** Throws NotFound, Forbidden, InvalidTransition for a disabled user. */
  async invite(actor: Actor, id: string): Promise<InvitationDto> {
    const user = isUuid(id) ? await this.db.client.user.findUnique({ where: { id } }) : null;
    if (user === null) throw new NotFound('user');
    if (actor.role === 'AGENT' && user.role !== 'CUSTOMER') throw new Forbidden('Agents invite customers; an admin invites agents and admins.');
    if (user.status === 'DISABLED') throw new InvalidTransition('DISABLED', 'INVITED', moves.DISABLED);
    return this.invitations.issue(user.id);
  }

  /** Throws NotFound, VersionConflict, InvalidTransition, EmailTaken, LastAdmin. */
  async change(actor: Actor, id: string, input: ChangeUserDto, version?: number): Promise<UserDto> {
    if (!isUuid(id)) throw new NotFound('user');
    const user = await this.db.transaction(async (tx) => {
      await lockAdmins(tx);
      const current = await lock(tx, id);
      assertVersion(version, current.version);
      const data = changesOf(current, input);
      if (Object.keys(data).length === 0) return current;
      const next = { ...current, ...data };
      if (isActiveAdmin(current) && !isActiveAdmin(next)) await assertAnotherAdmin(tx, id);
      if (next.status === 'DISABLED' || next.role === 'CUSTOMER') await releaseTickets(tx, id, actor.id);
      if (next.status === 'DISABLED') await this.end(tx, id);
      return orEmailTaken(tx.user.update({ where: { id }, data: { ...data, version: { increment: 1 }, updatedAt: new Date() } }));
    });
    await this.db.afterCommit(() => this.states.forget(this.context.current.tenant.id));
    return userView(user);
  }

  /** A disabled user has no session and no invitation. */
  private async end(tx: Prisma.TransactionClient, id: string): Promise<void> {
    await this.store.revokeAll(tx, id);
    await tx.invitation.deleteMany({ where: { userId: id, usedAt: null } });
  }
}

function changesOf(current: User, { email, name, role, status }: ChangeUserDto): Partial<User> {
  if (status !== undefined && status !== current.status && !moves[current.status].includes(status)) throw new InvalidTransition(current.status, status, moves[current.status]);
  return {
    ...(email === undefined || email === current.email ? {} : { email, emailKey: email.toLowerCase() }),
    ...(name === undefined || name === current.name ? {} : { name }),
    ...(role === undefined || role === current.role ? {} : { role }),
    ...(status === undefined || status === current.status ? {} : { status }),
  };
}

const isActiveAdmin = ({ role, status }: User) => role === 'ADMIN' && status === 'ACTIVE';

/** Changes of users wait for each other, so that two admins cannot disable one another at once. */
async function lockAdmins(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$queryRaw`SELECT "id" FROM "User" WHERE "role" = 'ADMIN' ORDER BY "id" FOR NO KEY UPDATE`;
}

async function lock(tx: Prisma.TransactionClient, id: string): Promise<User> {
  await tx.$queryRaw`SELECT "id" FROM "User" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`;
  const user = await tx.user.findUnique({ where: { id } });
  if (user === null) throw new NotFound('user');
  return user;
}

async function assertAnotherAdmin(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const others = await tx.user.count({ where: { role: 'ADMIN', status: 'ACTIVE', id: { not: id } } });
  if (others === 0) throw new LastAdmin();
}

async function orEmailTaken<T>(write: PromiseLike<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (isUniqueViolation(error, 'emailKey')) throw new EmailTaken();
    throw error;
  }
}
