import type { User } from '@helpdeskly/tenant-db';
import { absenceOf } from './away.js';
import type { UserDto } from './user.dto.js';

/** A user as the API shows one. */
export function userView(user: User): UserDto {
  const { id, email, addresses, name, role, status, organizationId, mergedIntoId, locale, timeZone, version } = user;
  const { away, awayUntil } = absenceOf(user);
  return {
    id,
    email,
    addresses,
    name,
    role,
    status,
    organizationId,
    mergedIntoId,
    away,
    awayUntil: awayUntil?.toISOString() ?? null,
    locale,
    timeZone,
    version,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
  };
}
