import { describe, expect, it } from '@jest/globals';
import * as policy from './tenant-policy.js';
import { statuses } from './tenant-status.js';

const { isPurgeDue, mustHaveDatabase, restorableTo } = policy;

describe('what a status allows', () => {
  it.each([
    ['awaitsProvisioning', ['PROVISIONING']],
    ['mayBeRetried', ['FAILED']],
    ['isServed', ['ACTIVE']],
    ['isShut', ['SUSPENDED', 'INACTIVE', 'DELETING']],
    ['isKept', ['ACTIVE', 'SUSPENDED', 'INACTIVE']],
    ['mayBeRotated', ['ACTIVE', 'SUSPENDED', 'INACTIVE']],
    ['isDeleting', ['DELETING']],
    ['mayBeMigrated', ['ACTIVE', 'SUSPENDED', 'INACTIVE', 'DELETING']],
  ] as const)('%s', (name, allowed) => {
    expect(statuses.filter((status) => policy[name](status))).toEqual(allowed);
    expect(policy[name].statuses).toEqual(allowed);
  });
});

describe('a tenant that is being deleted', () => {
  const now = new Date('2026-11-28T12:00:00Z');
  const later = new Date('2026-11-28T12:00:01Z');
  const deleting = { status: 'DELETING', statusBefore: 'SUSPENDED', purgeAt: later, purgeStartedAt: null } as const;

  it('can be restored to what it was until its purge is due', () => {
    expect([restorableTo(deleting, now), isPurgeDue(deleting, now)]).toEqual(['SUSPENDED', false]);
    expect([restorableTo(deleting, later), isPurgeDue(deleting, later)]).toEqual([null, true]);
  });

  it('cannot be restored once its purge has begun', () => {
    expect(restorableTo({ ...deleting, purgeStartedAt: now }, now)).toBeNull();
  });

  it('must have a database unless it never had one or its purge has begun', () => {
    expect(mustHaveDatabase(deleting)).toBe(true);
    expect(mustHaveDatabase({ ...deleting, statusBefore: 'FAILED' })).toBe(false);
    expect(mustHaveDatabase({ ...deleting, purgeStartedAt: now })).toBe(false);
  });

  it('is no tenant of another status', () => {
    const active = { status: 'ACTIVE', statusBefore: null, purgeAt: null, purgeStartedAt: null } as const;
    expect([restorableTo(active, now), isPurgeDue(active, now)]).toEqual([null, false]);
    expect(mustHaveDatabase(active)).toBe(true);
    expect(mustHaveDatabase({ ...active, status: 'PROVISIONING' })).toBe(false);
  });
});
