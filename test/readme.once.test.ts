import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = () => readFile(`${root}README.md`, 'utf8');

describe('the README', () => {
  it('shows a new tenant with the newest migration', async () => {
    const entries = await readdir(`${root}prisma/tenant/migrations`, { withFileTypes: true });
    const newest = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
    expect(/"schemaVersion":"([^"]+)"/.exec(await readme())?.[1]).toBe(newest.at(-1));
  });

  it('names no script that package.json has not', async () => {
    const { scripts } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as { scripts: object };
    const named = [...(await readme()).matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
  });
});
