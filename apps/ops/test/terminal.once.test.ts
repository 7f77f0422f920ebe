import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needing, startSystem, until, type System } from '@helpdeskly/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const escape = String.fromCharCode(27);

/** A command of the compiled command line at a pseudo-terminal. */
class Terminal {
  private text = '';
  readonly exit: Promise<number | null>;
  private readonly child;

  constructor(environment: Readonly<Record<string, string>>, argv: readonly string[]) {
    const quoted = [process.execPath, main, ...argv].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
    this.child = spawn(
      'script',
      ['--quiet', '--return', '--flush', '--command', `stty cols 120; ${quoted}`, '/dev/null'],
      {
        env: { PATH: process.env['PATH'], TERM: 'xterm', SHELL: '/bin/sh', ...environment },
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    this.child.stdout.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
    this.exit = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** What a person sees. */
  get screen(): string {
    return this.text.replaceAll('\r\n', '\n');
  }

  /** Waits until the screen shows it. */
  shows(what: RegExp): Promise<void> {
    return until(() => Promise.resolve(what.test(this.screen)));
  }

  type(keys: string): void {
    this.child.stdin.write(keys);
  }
}

/** `script` of util-linux makes the terminal. */
needing('script')('at a terminal, the command line', () => {
  let system: System;
  let folder: string;
  let environment: Readonly<Record<string, string>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'helpdeskly-terminal-'));
    system = await startSystem({ control: { RECONCILIATION_INTERVAL: '0s' } });
    const { key } = (await system.operator.post('/api-keys', { name: 'terminal', role: 'OWNER' })).body;
    environment = {
      HELPDESKLY_CONTROL_URL: system.control.origin,
      HELPDESKLY_API_KEY: key,
      XDG_CONFIG_HOME: folder,
    };
  });

  afterAll(async () => {
    await system.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ops = (...argv: readonly string[]) => new Terminal(environment, argv);

  it('shows a table under a header, and progress while somebody waits', async () => {
    const creation = ops(
      ...'tenants create --name Acme --slug terminal-one --admin.email ada@one.test --admin.name Ada --wait'.split(' '),
    );
    expect([await creation.exit, creation.screen]).toEqual([
      0,
      expect.stringMatching(/^PROVISIONING[\s\S]+^status +ACTIVE$/m),
    ]);
    const list = ops('tenants', 'list', '--q', 'terminal-one');
    expect(await list.exit).toBe(0);
    const [header = '', row = ''] = list.screen.split('\n');
    expect(header).toMatch(/^SLUG +NAME +STATUS/);
    expect(row.indexOf('ACTIVE')).toBe(header.indexOf('STATUS'));
  });

  it('draws a bar for a run that is followed', async () => {
    const { id } = (await system.operator.post('/migration-runs', {})).body;
    const watching = ops('migrations', 'watch', id);
    expect([await watching.exit, watching.screen]).toEqual([0, expect.stringContaining(`${escape}[K[`)]);
    expect(watching.screen).toMatch(/\] SUCCEEDED \d+ of \d+/);
  });

  it('does what cannot be undone when the slug was typed, and not for another word', async () => {
    await system.operator.post('/tenants', {
      name: 'B',
      slug: 'terminal-two',
      admin: { email: 'b@two.test', name: 'B' },
    });
    await until(async () => (await system.operator.get('/tenants/terminal-two')).body.status === 'ACTIVE');
    const wrong = ops('tenants', 'purge', 'terminal-two');
    await wrong.shows(/Type terminal-two to go on: $/);
    wrong.type('terminal-too\r');
    expect([await wrong.exit, wrong.screen]).toEqual([2, expect.stringContaining('Nothing was done.')]);
    const stopped = ops('tenants', 'purge', 'terminal-two');
    await stopped.shows(/to go on: $/);
    stopped.type('\u0003');
    expect(await stopped.exit).toBe(130);
    expect((await system.operator.get('/tenants/terminal-two')).body.status).toBe('ACTIVE');
    const right = ops('tenants', 'purge', 'terminal-two');
    await right.shows(/to go on: $/);
    right.type('terminal-two\r');
    expect(await right.exit).toBe(0);
  });

  it('asks for a password and does not show it', async () => {
    const { HELPDESKLY_API_KEY: _, ...without } = environment;
    const login = new Terminal(without, ['login']);
    await login.shows(/Email: $/);
    login.type('owner@example.test\r');
    await login.shows(/Password: $/);
    login.type('correct horse battery\r');
    expect([await login.exit, login.screen]).toEqual([0, expect.stringContaining('as owner@example.test')]);
    expect(login.screen).not.toContain('horse');
  });

  it('follows the audit trail until Ctrl-C', async () => {
    const tail = ops('audit', 'tail', '--limit', '1');
    await tail.shows(/\n$/);
    const { id } = (await system.operator.post('/plans', { name: 'terminal-plan' })).body;
    await system.operator.patch(`/plans/${id}`, { name: 'terminal-plan-2' });
    await tail.shows(/plan\.created[\s\S]+plan\.(changed|updated)/);
    expect(tail.screen.match(/plan\.\w+/g)).toEqual(['plan.created', expect.stringMatching(/changed|updated/)]);
    tail.type('\u0003');
    expect(await tail.exit).toBe(130);
  });

  it('opens a tenant’s pages in the browser of whoever sits there', async () => {
    const opened = join(folder, 'opened');
    await writeFile(join(folder, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > ${opened}\n`);
    await chmod(join(folder, 'xdg-open'), 0o755);
    const { appUrl } = (await system.operator.get('/tenants/terminal-one')).body;
    const PATH = [folder, process.env['PATH']].join(delimiter);
    const page = new Terminal({ ...environment, PATH }, ['tenants', 'open', 'terminal-one']);
    expect([await page.exit, page.screen]).toEqual([0, `${appUrl}\n`]);
    await until(async () => (await readFile(opened, 'utf8').catch(() => '')) === appUrl);
  });
});
