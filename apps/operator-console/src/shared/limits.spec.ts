import { expect, it } from '@jest/globals';
import { readLimits, storageText } from './limits.js';

const now = { maxConnections: 20, requestsPerMinute: 0, storageBytes: 10_737_418_241 };
const shown = { maxConnections: '20', requestsPerMinute: '0', storage: '10' };
const read = (typed: Partial<typeof shown>, limits?: typeof now) =>
  readLimits((name) => typed[name] ?? (limits === undefined ? '' : shown[name]), limits);

it('writes no limit that was left as it stood, so that what is inherited stays so', () => {
  expect(storageText(now.storageBytes)).toBe('10');
  expect(read({}, now)).toEqual({});
  expect(read({})).toEqual({});
});

it('writes what was changed, and null for what was emptied', () => {
  expect(read({ maxConnections: '8', storage: '0.5' }, now)).toEqual({ maxConnections: 8, storageBytes: 536_870_912 });
  expect(read({ requestsPerMinute: '' }, now)).toEqual({ requestsPerMinute: null });
  expect(read({ requestsPerMinute: '0' })).toEqual({ requestsPerMinute: 0 });
});
