import { describe, expect, it } from '@jest/globals';
import { decodeSaid, inGroups, type Hint } from './hint.js';

const hints: Hint[] = Array.from({ length: 500 }, (_, n) => ({
  tenantId: String(n).padStart(36, '0'),
  kind: 'written',
}));

describe('hints', () => {
  it('go into as many messages as they need, each in one', () => {
    const groups = inGroups(hints, 7600);
    expect(groups.flat()).toEqual(hints);
    expect(groups.length).toBeGreaterThan(1);
    expect(groups.filter((group) => JSON.stringify(group).length > 7602)).toEqual([]);
    expect(inGroups([], 7600)).toEqual([]);
  });

  it.each(['', 'x', '{}', 'null', '1', '{"from":1,"number":1,"hints":[]}', '{"from":"a","number":1}'])(
    'of another form are none: %s',
    (payload) => {
      expect(decodeSaid(payload)).toBeUndefined();
    },
  );

  it('are read as they were said', () => {
    const said = { from: 'a', number: 3, hints: hints.slice(0, 2), farewell: true };
    expect(decodeSaid(JSON.stringify(said))).toEqual(said);
  });
});
