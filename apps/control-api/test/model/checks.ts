import { expect } from '@jest/globals';
import type { Caller } from '@helpdeskly/testing';
import type { ApiKeyModel, ControlModel } from './model.js';
import type { World } from './world.js';

/** Holds everything that the API shows to the model. */
export async function checkWorld(model: ControlModel, { reader }: World): Promise<void> {
  await checkTenants(model, reader);
  await checkKeys(model, reader);
  await model.trail.check(reader);
}

async function checkTenants({ tenants }: ControlModel, reader: Caller): Promise<void> {
  const { body } = await reader.get('/tenants?limit=100&sort=createdAt&include=total');
  expect(body.data.map(({ slug }: { slug: string }) => slug)).toEqual(tenants.map(({ slug }) => slug));
  tenants.forEach((tenant, index) => tenant.observe(body.data[index]));
  expect(body.meta).toEqual({ limit: 100, hasMore: false, nextCursor: null, total: tenants.length });
}

async function checkKeys({ keys }: ControlModel, reader: Caller): Promise<void> {
  const { body } = await reader.get('/api-keys?limit=100&sort=createdAt');
  const shown = body.data as { revokedAt: string | null }[];
  for (const [index, key] of keys.entries()) {
    if (key.state !== 'REVOKED' || key.revokedAt !== null) continue;
    expect(shown[index]?.revokedAt).toEqual(expect.any(String));
    key.revokedAt = shown[index]?.revokedAt ?? null; // The server's to say, once.
  }
  expect(shown).toEqual(keys.map(viewKey));
}

/** An API key as OWNERs must see it. */
export function viewKey(key: ApiKeyModel): object {
  const { id, name, role, hint, createdById, createdAt, expiresAt, revokedAt, wasUsed } = key;
  const lastUsedAt = wasUsed ? expect.any(String) : null;
  return { id, name, role, hint, createdById, createdAt, expiresAt, lastUsedAt, revokedAt };
}
