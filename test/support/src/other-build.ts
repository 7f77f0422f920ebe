import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const migrations = 'prisma/tenant/migrations';
/** What app-api is made of; `libs` with everything below it. */
const parts = ['apps/app-api', 'libs', 'prisma', 'scripts/generate.mjs', 'package.json', 'tsconfig.base.json'];

/** What git says, or undefined if it is not here, or does not know. */
function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * The last commit without the newest migration of tenants' databases. Undefined without git's history, as in a shallow clone, whose oldest commit
 * seems to have brought every file.
 */
export function commitBefore(): string | undefined {
  const newest = git('log', '-1', '--diff-filter=A', '--format=%H', '--', migrations);
  return newest === undefined || newest === '' ? undefined : git('rev-parse', '--verify', '--quiet', `${newest}^`);
}

/** Another build of app-api than the one under test, with the dependencies of this one. */
export class OtherBuild {
  private constructor(
    private readonly folder: string,
    /** The migrations of tenants' databases that it requires. */
    readonly migrations: readonly string[],
    /** What Node is to run for its app API. */
    readonly command: readonly string[],
  ) {}

  /** As `commit` has it. */
  static of(commit: string): Promise<OtherBuild> {
    return OtherBuild.make(fromSources, async (folder) => {
      const archive = join(folder, 'build.tar');
      await run('git', ['-C', root, 'archive', '-o', archive, commit, ...parts]);
      await run('tar', ['-xf', archive, '-C', folder]);
      await rm(archive);
      await linkPackages(folder);
      await run(process.execPath, [join(folder, 'scripts/generate.mjs')]);
    });
  }

  /** This one with further migrations, by their names. */
  static after(further: Readonly<Record<string, string>>): Promise<OtherBuild> {
    return OtherBuild.make(compiled, async (folder) => {
      const isOwn = (path: string) => !/\/(?:node_modules|test)$/.test(path);
      for (const part of parts) await cp(join(root, part), join(folder, part), { recursive: true, filter: isOwn });
      await linkPackages(folder);
      for (const [name, sql] of Object.entries(further)) {
        await mkdir(join(folder, migrations, name));
        await writeFile(join(folder, migrations, name, 'migration.sql'), sql);
      }
    });
  }

  private static async make(
    commandIn: (folder: string) => readonly string[],
    fill: (folder: string) => Promise<void>,
  ): Promise<OtherBuild> {
    const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-build-'));
    try {
      await fill(folder);
      return new OtherBuild(folder, await directoriesIn(join(folder, migrations)), commandIn(folder));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The migrations that it does not have and this build has, in their order: scripts by name. */
  async lacking(): Promise<Record<string, string>> {
    const names = (await directoriesIn(join(root, migrations))).filter((name) => !this.migrations.includes(name));
    const scripts = names.map(async (name) => {
      const script = join(root, migrations, name, 'migration.sql');
      return [name, await readFile(script, 'utf8')] as const;
    });
    return Object.fromEntries(await Promise.all(scripts));
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

const compiled = (folder: string) => [join(folder, 'apps/app-api/dist/main.js')];

/** As tests run: so it need not be compiled first. */
const fromSources = (folder: string) => [
  '--import',
  fileURLToPath(new URL('../jest/sources.mjs', import.meta.url)),
  join(folder, 'apps/app-api/src/main.ts'),
];

/** Its own packages find each other, and everybody else's where this build has them. */
async function linkPackages(folder: string): Promise<void> {
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const libs = (await directoriesIn(join(folder, 'libs'))).map((name) => `libs/${name}`);
  for (const place of ['apps/app-api', ...libs]) {
    const from = join(root, place, 'node_modules');
    await cp(from, join(folder, place, 'node_modules'), { recursive: true, verbatimSymlinks: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error; // A package that is no more, or depends on nothing.
      },
    );
  }
}

async function directoriesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
