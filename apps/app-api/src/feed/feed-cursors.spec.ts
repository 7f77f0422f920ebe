import { describe, expect, it } from '@jest/globals';
import { InvalidCursor } from '@helpdeskly/http';
import { FeedCursors, ForgottenCursor } from './feed-cursors.js';

const key = (id: string, fill: number) => ({ id, key: Buffer.alloc(32, fill) });
const [old, young] = [key('k1', 1), key('k2', 2)];
const place = { position: '12', at: 1_764_300_000_000 };

describe('cursors of the feed', () => {
  const cursors = new FeedCursors([old]);

  it('name the same place by the same word, which tells nothing of it', () => {
    const cursor = cursors.seal('acme', place);
    expect(new FeedCursors([old]).seal('acme', place)).toBe(cursor);
    expect(cursors.open('acme', cursor)).toEqual(place);
    expect(cursor.slice(0, 8)).not.toBe(cursors.seal('acme', { ...place, position: '13' }).slice(0, 8));
  });

  it('reach the last position that PostgreSQL has', () => {
    const last = { position: '9223372036854775807', at: 0 };
    expect(cursors.open('acme', cursors.seal('acme', last))).toEqual(last);
  });

  it.each([-1, Number.NaN, Number.NEGATIVE_INFINITY])(
    'name an event of before 1970, or of no time that we can tell: %s',
    (at) => {
      expect(cursors.open('acme', cursors.seal('acme', { ...place, at }))).toEqual({ ...place, at: 0 });
    },
  );

  it('of a former key are good until that is taken away', () => {
    const cursor = cursors.seal('acme', place);
    expect(new FeedCursors([young, old]).open('acme', cursor)).toEqual(place);
    expect(() => new FeedCursors([young]).open('acme', cursor)).toThrow(ForgottenCursor);
    expect(() => new FeedCursors([young]).open('acme', cursor)).toThrow(InvalidCursor);
  });

  it('of a key that comes second are good where it comes first, and the other way round', () => {
    const [before, between, after] = [[old, young], [young, old], [young]].map((keys) => new FeedCursors(keys));
    const cursor = between?.seal('acme', place) ?? '';
    for (const cursors of [before, between, after]) expect(cursors?.open('acme', cursor)).toEqual(place);
  });

  it.each([
    ['of another tenant', () => cursors.seal('globex', place)],
    ['that is cut', () => cursors.seal('acme', place).slice(0, -1)],
    ['that goes on', () => `${cursors.seal('acme', place)}A`],
    ['with another letter', () => cursors.seal('acme', place).replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'))],
    ['of nothing', () => ''],
    ['of other characters', () => '.'.repeat(48)],
  ])('%s is refused', (_what, cursor) => {
    let refused: unknown;
    try {
      cursors.open('acme', cursor());
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(InvalidCursor);
    expect(refused).not.toBeInstanceOf(ForgottenCursor);
  });
});
