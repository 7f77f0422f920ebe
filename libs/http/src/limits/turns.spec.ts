import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

describe('turns', () => {
  it('are taken one after the other by work with the same key', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} begins`);
      await setImmediate();
      seen.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all(['a', 'b', 'c'].map((name) => turns.take('key', work(name))));
    expect(results).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('are not waited for by work with another key', async () => {
    const turns = new Turns();
    let finish: () => void = () => undefined;
    const held = turns.take('one', () => new Promise<void>((resolve) => (finish = resolve)));
    expect(await turns.take('other', () => Promise.resolve('done'))).toBe('done');
    finish();
    await held;
  });

  it('go on after one that failed, which only its own caller is told of', async () => {
    const turns = new Turns();
    const failing = turns.take('key', () => Promise.reject(new Error('wrong')));
    const next = turns.take('key', () => Promise.resolve('right'));
    await expect(failing).rejects.toThrow('wrong');
    expect(await next).toBe('right');
  });

  it('leave nothing behind', async () => {
    const turns = new Turns();
    await Promise.all(Array.from({ length: 9 }, (_, i) => turns.take(`key ${i % 3}`, () => Promise.resolve())));
    expect(turns.size).toBe(0);
  });
});
