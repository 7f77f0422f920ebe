import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { LoginBusy } from '@helpdeskly/errors';
import { HashingPool, type HashingKind } from './hashing-pool.js';

/** Work that ends on command, and a list of what has begun so far. */
function bench(limits: { running: number; waiting: number }) {
  const pool = new HashingPool(limits);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (kind: HashingKind, name: string) =>
    pool.run(kind, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  return { start, begun, end: (name: string) => ends.get(name)?.() };
}

describe('the hashing of passwords', () => {
  it('runs a few at a time, and the others in the order in which they came', async () => {
    const { start, begun, end } = bench({ running: 2, waiting: 9 });
    const all = ['a', 'b', 'c', 'd'].map((name) => start('GUESS', name));
    await setImmediate();
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await all[1];
    end('a');
    await all[0];
    await setImmediate();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    end('c');
    end('d');
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('refuses at once what comes past a bounded line', async () => {
    const { start, end } = bench({ running: 1, waiting: 2 });
    const [first] = ['a', 'b', 'c'].map((name) => start('GUESS', name));
    await expect(start('GUESS', 'd')).rejects.toThrow(LoginBusy);
    await setImmediate();
    end('a');
    await first;
    void start('GUESS', 'e'); // There is room again.
    await expect(start('GUESS', 'f')).rejects.toThrow(LoginBusy);
  });

  it('lets strangers not crowd out those who set a password', async () => {
    const { start, begun, end } = bench({ running: 1, waiting: 2 });
    const guesses = ['a', 'b', 'c'].map((name) => start('GUESS', name));
    const set = start('NEW', 'n');
    await setImmediate();
    end('a');
    await guesses[0];
    await setImmediate();
    expect(begun).toEqual(['a', 'n']);
    end('n');
    await set;
  });

  it('goes on after work that failed', async () => {
    const pool = new HashingPool({ running: 1, waiting: 1 });
    const failing = pool.run('GUESS', () => Promise.reject(new Error('broken')));
    const next = pool.run('GUESS', () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('done');
  });
});
