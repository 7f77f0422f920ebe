import { describe, expect, it } from '@jest/globals';
import { Turn } from './turn.js';

/** A turn whose clock stands until it is told. In seconds. */
function turnAt(seconds: number) {
  const clock = { seconds };
  return { clock, turn: new Turn(() => clock.seconds * 1000) };
}

describe('a turn', () => {
  it('is over after 15 seconds', () => {
    const { clock, turn } = turnAt(100);
    turn.begin();
    clock.seconds = 115;
    expect(turn.isOver).toBe(false);
    clock.seconds = 116;
    turn.begin(); // Of the next batch.
    expect(turn.isOver).toBe(true);
  });

  it('is over while nothing new comes', () => {
    const { clock, turn } = turnAt(0);
    clock.seconds = 16;
    expect(turn.isOver).toBe(true);
  });

  it('lasts as long as it took to come to what is new', () => {
    const { clock, turn } = turnAt(0);
    clock.seconds = 60;
    turn.begin();
    clock.seconds = 119;
    expect(turn.isOver).toBe(false);
    clock.seconds = 121;
    expect(turn.isOver).toBe(true);
  });
});
