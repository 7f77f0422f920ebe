import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sharedSystem } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('the package of the command line', () => {
  let folder: string;
  /** Where the package lies as a package manager would lay it. */
  let home: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'helpdeskly-ops-package-'));
    home = join(folder, 'package');
    const { stdout } = await execute(process.execPath, [join(root, 'scripts/pack-ops.mjs'), folder]);
    await execute('tar', ['xzf', stdout.trim(), '-C', folder]);
    await symlink(join(root, 'apps/ops/node_modules'), join(home, 'node_modules'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('names its program, and of what it needs only what a registry has', async () => {
    const manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
    expect(Object.keys(manifest.dependencies).sort()).toEqual(['string-width', 'yargs']);
    const program = await readFile(join(home, manifest.bin['helpdeskly-ops']), 'utf8');
    expect(program).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(program).not.toContain('@helpdeskly/');
  });

  it('works without the repository', async () => {
    const system = await sharedSystem();
    const { body } = await system.operator.post('/api-keys', { name: 'packed', role: 'VIEWER' });
    const tenant = await system.createTenant();
    const program = join(home, 'apps/ops/dist/main.js');
    const { stdout } = await execute(process.execPath, [program, 'tenants', 'show', tenant.slug, '--json'], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        HELPDESKLY_CONTROL_URL: system.control.origin,
        HELPDESKLY_API_KEY: body.key,
      },
    });
    expect(JSON.parse(stdout)).toMatchObject({ id: tenant.id, slug: tenant.slug });
  });
});
