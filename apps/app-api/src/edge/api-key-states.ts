import { hashToken, keyRefusal, keyUseIsNews } from '@helpdeskly/auth';
import type { PrismaClient, UserRole } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import { RecentStates } from './recent-states.js';
import { SessionStates } from './session-states.js';

/** What an API key lets its bearer do now. */
export interface ApiKeyState {
  readonly id: string;
  /** The service user that it acts as. */
  readonly userId: string;
  readonly name: string;
  readonly role: UserRole;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
}

type Reader = Pick<PrismaClient, 'apiKey'>;

/** API keys as they are; see RecentStates. They are known by their hashes: no key stays in memory. */
@Injectable()
export class ApiKeyStates {
  private readonly recent = new RecentStates<ApiKeyState>();

  constructor(sessions: SessionStates) {
    sessions.onChange((tenantId) => this.recent.forget(tenantId));
  }

  /** See RecentStates.peek: null when the key is unknown, revoked or expired. */
  peek(tenantId: string, key: string): ApiKeyState | null | undefined {
    const state = this.recent.peek(tenantId, nameOf(key));
    return state === null || state === undefined ? state : (standing(state) ?? null);
  }

  /** Notes when the key was used. */
  async read(prisma: Reader, tenantId: string, key: string): Promise<ApiKeyState | undefined> {
    return standing(await this.recent.read(tenantId, nameOf(key), () => query(prisma, key)));
  }
}

const nameOf = (key: string) => Buffer.from(hashToken(key)).toString('base64');

/** A remembered key may have expired since. */
function standing(state: ApiKeyState | undefined): ApiKeyState | undefined {
  if (state === undefined) return undefined;
  return keyRefusal({ revokedAt: null, expiresAt: state.expiresAt }, new Date()) === undefined ? state : undefined;
}

async function query(prisma: Reader, key: string): Promise<ApiKeyState | undefined> {
  const row = await prisma.apiKey.findUnique({
    where: { keyHash: hashToken(key) },
    include: { user: { select: { name: true, role: true } } },
  });
  const now = new Date();
  if (row === null || keyRefusal(row, now) !== undefined) return undefined;
  const { id, userId, user, scopes, expiresAt, lastUsedAt } = row;
  if (keyUseIsNews(row, now)) await prisma.apiKey.updateMany({ where: { id, lastUsedAt }, data: { lastUsedAt: now } });
  return { id, userId, ...user, scopes, expiresAt };
}
