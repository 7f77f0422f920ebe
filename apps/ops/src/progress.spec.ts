import { describe, expect, it } from '@jest/globals';
import { ProgressLine, progressOf, type Progress } from './progress.js';

const at = Date.parse('2027-01-01T00:00:00Z');
const later = (seconds: number) => new Date(at + seconds * 1000).toISOString();

describe('progressOf', () => {
  it.each<[Progress, string]>([
    [{ status: 'RUNNING' }, ''],
    [{ status: 'RUNNING', progress: 'FILLING' }, ' FILLING'],
    [{ status: 'RUNNING', progress: { total: 9, done: 3 } }, ' 3 of 9'],
    [
      { status: 'RUNNING', counts: { total: 9, done: 3, failed: 1 }, rate: 12.04, eta: later(40) },
      ' 3 of 9, 1 failed, 12 a minute, 40 s left',
    ],
    [{ status: 'RUNNING', counts: { total: 9, done: 0 }, rate: null, eta: null }, ' 0 of 9'],
    [{ status: 'RUNNING', counts: { total: 9, done: 1 }, eta: later(600) }, ' 1 of 9, 10 min left'],
    [{ status: 'RUNNING', counts: { total: 9, done: 1 }, eta: later(36_000) }, ' 1 of 9, 10 h left'],
    [{ status: 'RUNNING', counts: { total: 9, done: 1 }, eta: later(-5) }, ' 1 of 9, 0 s left'],
  ])('says %j as %j', (work, words) => {
    expect(progressOf(work, at)).toBe(words);
  });
});

describe('a line of progress', () => {
  const drawn = (isRead: boolean, ...works: Progress[]) => {
    let text = '';
    const line = new ProgressLine({ isRead }, (more) => (text += more));
    for (const work of works) line.show(work);
    line.end();
    return text;
  };
  const half: Progress = { status: 'RUNNING', counts: { total: 4, done: 1, failed: 1 } };

  it('is a bar at a terminal, and a line for each change elsewhere', () => {
    const bar = `\r\u001b[K[${'#'.repeat(15)}${'.'.repeat(15)}] RUNNING 1 of 4, 1 failed`;
    expect(drawn(true, half, half)).toBe(`${bar}\n`);
    expect(drawn(false, half, half, { status: 'DONE' })).toBe('RUNNING 1 of 4, 1 failed\nDONE\n');
  });

  it('is full where there is nothing to do, and counts what failed once', () => {
    expect(drawn(true, { status: 'DONE', progress: { total: 0, done: 0 } })).toContain(`[${'#'.repeat(30)}]`);
    const all = drawn(true, { status: 'DONE', progress: { total: 2, done: 2, failed: 1 } });
    expect(all).toContain(`[${'#'.repeat(30)}] DONE 2 of 2, 1 failed`);
  });

  it('has no bar for work that counts nothing', () => {
    expect(drawn(true, { status: 'RUNNING', progress: 'FILLING' })).toBe('RUNNING FILLING\n');
  });
});
