import type { Prisma } from '@helpdeskly/tenant-db';

/** Fields as the database keeps them: what was given, and nothing else. */
export function given(fields: object): Prisma.InputJsonObject {
  const all = Object.entries(fields as Record<string, Prisma.InputJsonValue | undefined>);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}
