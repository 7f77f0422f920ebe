import { ValidationFailed } from '@helpdeskly/errors';
import { assertVersion, type Actor } from '@helpdeskly/http';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { NotificationKind, type Prisma } from '@helpdeskly/tenant-db';
import { Injectable } from '@nestjs/common';
import type { ChangePreferencesDto, ChannelsDto, PreferencesDto } from './notifications.dto.js';

const channels = ['inApp', 'mail'] as const;
type Chosen = Readonly<Partial<Record<NotificationKind, Partial<ChannelsDto>>>>;

interface Stored {
  readonly chosen: Prisma.JsonValue;
  readonly version: number;
}

/** Before anything was changed. */
const untouched: Stored = { chosen: {}, version: 1 };

/** Where the caller wants to hear of what. */
@Injectable()
export class Preferences {
  constructor(private readonly db: TenantDatabase) {}

  async read({ id: userId }: Actor): Promise<PreferencesDto> {
    const stored = await this.db.client.notificationPreferences.findUnique({ where: { userId } });
    return viewOf(stored ?? untouched);
  }

  /** Throws ValidationFailed, VersionConflict. */
  async change({ id: userId }: Actor, input: ChangePreferencesDto, version?: number): Promise<PreferencesDto> {
    assertSecurityStaysOn(input);
    return this.db.transaction(async (tx) => {
      await tx.notificationPreferences.createMany({ data: [{ userId }], skipDuplicates: true });
      await tx.$queryRaw`SELECT FROM "NotificationPreferences" WHERE "userId" = ${userId}::uuid FOR UPDATE`;
      const before = await tx.notificationPreferences.findUniqueOrThrow({ where: { userId } });
      assertVersion(version, before.version);
      const now = viewOf(before);
      const after = kinds.map((kind) => [kind, { ...now[kind], ...given(input[kind]) }] as const);
      if (after.every(([kind, wanted]) => channels.every((channel) => wanted[channel] === now[kind][channel])))
        return now;
      const data = { chosen: Object.fromEntries(after) as Prisma.InputJsonObject, version: { increment: 1 } };
      return viewOf(await tx.notificationPreferences.update({ where: { userId }, data }));
    });
  }
}

const kinds = Object.values(NotificationKind);

function viewOf({ chosen, version }: Stored): PreferencesDto {
  const stored = chosen as Chosen;
  const all = kinds.map((kind) => [kind, { inApp: true, mail: true, ...stored[kind] }]);
  return { ...(Object.fromEntries(all) as Record<NotificationKind, ChannelsDto>), version };
}

function given({ inApp, mail }: Partial<ChannelsDto> = {}): Partial<ChannelsDto> {
  return { ...(inApp !== undefined && { inApp }), ...(mail !== undefined && { mail }) };
}

function assertSecurityStaysOn({ SECURITY: security = {} }: ChangePreferencesDto): void {
  const off = channels.filter((channel) => security[channel] === false);
  if (off.length === 0) return;
  const message = 'Notices about the security of your account are always on.';
  throw new ValidationFailed(off.map((channel) => ({ field: `SECURITY.${channel}`, code: 'always_on', message })));
}
