import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeUsage, encodeUsage } from './tenant-usage.js';

const usage = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    tenantId: randomUUID(),
    requests: 1000 + n,
    errors: n,
    upgrading: n % 2 === 0 ? 0 : n,
  }));

describe('what a process tells of its tenants', () => {
  it('is understood as it was meant, however many they are', () => {
    const told = usage(1000);
    expect(encodeUsage(told).flatMap(decodeUsage)).toEqual(told);
  });

  it('fits into notifications', () => {
    for (const payload of encodeUsage(usage(1000))) expect(Buffer.byteLength(payload)).toBeLessThan(8000);
  });

  it('is nothing when there is nothing to tell', () => {
    expect(encodeUsage([])).toEqual([]);
  });

  it('is passed over where it is malformed', () => {
    const [known] = usage(1);
    expect(decodeUsage(`drop table;${encodeUsage(known ? [known] : [])[0]};x,1,2;${randomUUID()},-1,0`)).toEqual([
      known,
    ]);
  });
});
