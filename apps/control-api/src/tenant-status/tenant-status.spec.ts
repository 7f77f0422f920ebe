import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { illegalMove, movableFrom, moves } from './tenant-status.js';

describe('the moves of a tenant', () => {
  it('let operators switch among ACTIVE, SUSPENDED and INACTIVE', () => {
    expect(movableFrom('ACTIVE')).toEqual(['SUSPENDED', 'INACTIVE']);
    expect(movableFrom('SUSPENDED')).toEqual(['ACTIVE', 'INACTIVE']);
    expect(movableFrom('INACTIVE')).toEqual(['ACTIVE', 'SUSPENDED']);
  });

  it('let operators retry a FAILED tenant alone', () => {
    expect(movableFrom('PROVISIONING')).toEqual(['FAILED']);
  });

  it('leave ACTIVE and FAILED of a new tenant to the workers', () => {
    expect(movableFrom('FAILED')).toEqual([]);
    expect(illegalMove('PROVISIONING', 'ACTIVE').members).toEqual({ from: 'PROVISIONING', to: 'ACTIVE', allowed: [] });
  });

  it('are drawn in the README as they are', () => {
    const diagram = readFileSync(new URL('../tenants/README.md', import.meta.url), 'utf8');
    const drawn = [...diagram.matchAll(/^ +(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} ${to}`);
    const legal = Object.entries(moves).flatMap(([from, all]) => all.map((to) => `${from} ${to}`));
    expect(drawn.sort()).toEqual(legal.sort());
  });
});
