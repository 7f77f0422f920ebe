import type { User } from '@helpdeskly/tenant-db';
import type { UserDto } from './user.dto.js';

/** A user as the API shows one. */
export function userView(user: User): UserDto {
  const { id, email, addresses, name, role, status, organizationId, mergedIntoId, version } = user;
  return {
    id,
    email,
    addresses,
    name,
    role,
    status,
    organizationId,
    mergedIntoId,
    version,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
  };
}
