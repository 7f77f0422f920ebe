import { describe, expect, it } from '@jest/globals';
import { FailureNotes } from './failure-notes.js';

const told = async (failures: readonly { key: string; group?: string }[]) => {
  const notes = new FailureNotes();
  const times: number[] = [];
  for (const failure of failures) {
    notes.note(failure, async (count) => times.push(count));
    await notes.settled();
  }
  return times;
};

describe('failures for the audit trail', () => {
  it('are told one by one at first, then each time that their number has doubled', async () => {
    expect(await told(Array(100).fill({ key: 'a' }))).toEqual([1, 2, 3, 4, 5, 8, 16, 32, 64]);
  });

  it('are counted by what they are of', async () => {
    expect(await told([{ key: 'a' }, { key: 'b' }, { key: 'a' }])).toEqual([1, 1, 2]);
  });

  it('do not fill the trail, however many keys somebody makes', async () => {
    const flood = Array.from({ length: 2000 }, (_, n) => ({ key: `unknown ${n}`, group: 'unknown' }));
    expect(await told(flood)).toHaveLength(100 + 4); // 128, 256, 512, 1024.
  });

  it('are written to a trail in the order in which they happened, and to another one meanwhile', async () => {
    const notes = new FailureNotes();
    const written: string[] = [];
    let finish: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (finish = resolve)).then(() => void written.push('first'));
    notes.note({ key: 'a', trail: 'one' }, () => slow);
    notes.note({ key: 'b', trail: 'one' }, async () => written.push('second'));
    await new Promise<void>((resolve) => {
      notes.note({ key: 'c', trail: 'another' }, async () => resolve(void written.push('elsewhere')));
    });
    finish();
    await notes.settled();
    expect(written).toEqual(['elsewhere', 'first', 'second']);
  });

  it('that cannot be written harm nobody', async () => {
    const warnings: unknown[] = [];
    const notes = new FailureNotes({ warn: (...line: unknown[]) => void warnings.push(line) });
    notes.note({ key: 'a' }, () => Promise.reject(new Error('away')));
    await notes.settled();
    expect(warnings).toHaveLength(1);
  });
});
