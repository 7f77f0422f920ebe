import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { readOpsConfig } from '@helpdeskly/config';
import { startSystem, until, type System } from '@helpdeskly/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDocument } from '../src/api-document.js';
import { examplesOf } from '../src/examples.js';
import { alone, groupSummaries } from '../src/groups.js';
import { leftOut } from '../src/left-out.js';
import { commandsOf, positionalsOf } from '../src/commands.js';
import { run } from '../src/run.js';

interface Outcome {
  readonly exit: number;
  readonly output: string;
  readonly errors: string;
  /** How often the terminal was told not to show what is typed. */
  readonly hidings: number;
}

interface Occasion {
  /** What somebody types when they are asked; with it they sit at a terminal. */
  readonly typed?: readonly string[];
  /** Whether the output goes elsewhere than to that terminal. */
  readonly isRedirected?: boolean;
  readonly key?: string | undefined;
  /** What comes by standard input. */
  readonly input?: string;
  readonly url?: string;
}

let system: System;
let folder: string;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helpdeskly-ops-'));
  system = await startSystem({ control: { RECONCILIATION_INTERVAL: '0s' } });
  key = (await system.operator.post('/api-keys', { name: 'command line', role: 'OWNER' })).body.key;
});

afterAll(async () => {
  await system.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command line as a process would. */
async function ops(argv: readonly string[], occasion: Occasion = {}): Promise<Outcome> {
  const { typed, isRedirected = false, url = system.control.origin } = occasion;
  const apiKey = 'key' in occasion ? occasion.key : key;
  let hidings = 0;
  const setRawMode = (isRaw: boolean) => void (hidings += Number(isRaw));
  const input = Object.assign(new PassThrough(), { setRawMode });
  const lines = [...(typed ?? [])];
  if (occasion.input !== undefined) input.end(occasion.input);
  const written = { output: '', errors: '' };
  const into = (name: 'output' | 'errors') =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        written[name] += chunk.toString();
        if (/: $/.test(chunk.toString()) && lines.length > 0) setImmediate(() => input.write(`${lines.shift()}\n`));
        done();
      },
    });
  const environment = {
    HELPDESKLY_CONTROL_URL: url,
    XDG_CONFIG_HOME: folder,
    ...(apiKey === undefined ? {} : { HELPDESKLY_API_KEY: apiKey }),
  };
  const exit = await run(argv, {
    config: readOpsConfig(environment),
    input,
    output: into('output'),
    errors: into('errors'),
    isTyped: typed !== undefined,
    isRead: typed !== undefined && !isRedirected,
    columns: 100,
    open: () => Promise.resolve(false),
    signal: new AbortController().signal,
  });
  return { exit, hidings, ...written };
}

/** A line as a shell would read it. */
const wordsOf = (line: string) =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, plain]) => single ?? double ?? plain ?? '');

const newSlug = () => `ops-${Math.random().toString(36).slice(2, 10)}`;

async function newTenant(name = 'Acme Inc.'): Promise<string> {
  const slug = newSlug();
  const line = `--name|${name}|--slug|${slug}|--admin.email|ada@${slug}.test|--admin.name|Ada|--wait`;
  const { exit, errors } = await ops(['tenants', 'create', ...line.split('|')]);
  expect([exit, errors]).toEqual([0, expect.stringContaining('PROVISIONING')]);
  return slug;
}

/** A way to the control API that breaks off in the middle of the first answer. */
async function cutOnce() {
  let count = 0;
  const listener = createServer((client) => {
    const isFirst = ++count === 1;
    const server = connect(Number(new URL(system.control.origin).port), '127.0.0.1');
    for (const socket of [client, server])
      socket
        .on('error', () => undefined)
        .on('close', () => {
          client.destroy();
          server.destroy();
        });
    client.pipe(server);
    if (!isFirst) return void server.pipe(client);
    server.once('data', (answer: Buffer) => {
      const head = answer.subarray(0, answer.indexOf('\r\n\r\n') + 4);
      client.write(head, () => setTimeout(() => client.destroy(), 200));
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    connections: () => count,
    close: () => void listener.close(),
  };
}

describe('the command line', () => {
  const document = readDocument();
  const commands = commandsOf(document);

  it('has a command of its own for every route of the control API that is not left out', () => {
    const routes = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const reached = commands.map(({ operation: { method, path } }) => `${method} ${path}`);
    expect([...new Set(reached), ...leftOut.keys()].sort()).toEqual(routes.sort());
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
  });

  it.each(commands.map((command) => [command.name, command] as const))(
    'sends what its route takes: %s',
    async (name, command) => {
      const { operation, shortcut } = command;
      const file = join(folder, 'rows.csv');
      await writeFile(file, 'name\n');
      const takesFile = operation.requestBody?.content['text/csv'] !== undefined;
      const words = [...positionalsOf(operation), ...(shortcut?.positional === undefined ? [] : ['n'])].map(() => '7');
      const { exit, output } = await ops([
        ...name.split(' '),
        ...words,
        ...(takesFile ? ['--file', file] : []),
        '--show-request',
      ]);
      const [line = '', body] = output.trimEnd().split('\n');
      const path = `${system.control.origin}${operation.path.replace(/\{[^{}]+\}/g, '7')}`;
      expect([exit, line.split('?')[0]]).toEqual([0, `${operation.method} ${path}`]);
      expect(body !== undefined).toBe(operation.requestBody !== undefined);
    },
  );

  it('makes bodies of options, and of JSON', async () => {
    const shown = async (...argv: string[]) => (await ops([...argv, '--show-request'])).output.trimEnd().split('\n');
    expect(
      await shown('tenants', 'create', '--name', 'A', '--limits.maxConnections', '7', '--admin.name', '12'),
    ).toEqual([
      `POST ${system.control.origin}/api/v1/tenants`,
      '{"name":"A","limits":{"maxConnections":7},"admin":{"name":"12"}}',
    ]);
    expect(await shown('tenants', 'change', 'acme', '--limits.maxConnections', 'null')).toContain(
      '{"limits":{"maxConnections":null}}',
    );
    expect(await shown('migrations', 'rollout', '--waves', '5', '25', '--canary', '["acme"]', '--dryRun')).toContain(
      '{"canary":["acme"],"waves":[5,25],"dryRun":true}',
    );
    expect(await shown('tenants', 'bulk', '--action', 'suspend', '--ids', 'ab,cd')).toContain(
      '{"action":"suspend","ids":["ab","cd"]}',
    );
    expect(await shown('tenants', 'suspend', 'acme', '--body', '{"reason":null}')).toContain('{"reason":null}');
    expect(await shown('tenants', 'change', 'acme', '--backupPolicy.keep.daily', '3')).toContain(
      '{"backupPolicy":{"keep":{"daily":3}}}',
    );
    expect(await shown('tenants', 'change', 'acme', '--backupPolicy', 'null')).toContain('{"backupPolicy":null}');
    const typed = await ops(['tenants', 'suspend', 'acme', '--body', '-', '--show-request'], {
      input: '{"reason":"x"}',
    });
    expect(typed.output).toMatch(/\n\{"reason":"x"\}\n$/);
    expect((await shown('tenants', 'list', '--status', 'active', '--plan', 'a&b'))[0]).toMatch(
      /\?status=active&plan=a%26b$/,
    );
    expect((await shown('tenants', 'list', '--sort', '-name'))[0]).toMatch(/\?sort=-name$/);
    expect((await shown('tenants', 'show', '../plans'))[0]).toMatch(/\/tenants\/\.\.%2Fplans$/);
    expect((await shown('tenants', 'purge', 'acme'))[0]).toMatch(/\/tenants\/acme\?purge=now$/);
  });

  it.each(commands.map((command) => [command.name, command] as const))(
    'is taught by examples that work: %s',
    async (_name, command) => {
      const file = join(folder, 'rows.csv');
      await writeFile(file, 'name\n');
      for (const [line] of examplesOf(document, command)) {
        const words = wordsOf(line).map((word) => (/\.csv$/.test(word) ? file : word));
        const { exit, errors, output } = await ops([...words, '--show-request'], { input: '{}' });
        expect([line, exit, errors]).toEqual([line, 0, '']);
        expect(output).toMatch(new RegExp(`^${command.operation.method} `));
      }
    },
  );

  it('says of every group what it is for, and knows what some of them mean alone', async () => {
    const groups = new Set(commands.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : [])));
    expect(Object.keys(groupSummaries).sort()).toEqual([...groups].sort());
    for (const [group, word] of Object.entries(alone)) {
      const [short, long] = [await ops([group, '--show-request']), await ops([group, word, '--show-request'])];
      expect([short.exit, short.output]).toEqual([0, long.output]);
    }
    expect((await ops(['keys'])).output).toMatch(/^encryption\n[\s\S]+\nsigning\nKID +PURPOSE/);
    expect((await ops(['isolation'])).output).toMatch(/^status +\w+$/m);
    expect((await ops(['tenants', '--show-request'])).exit).toBe(2);
    expect((await ops(['jobs', 'unheard-of'])).exit).toBe(2);
  });

  it('completes groups and their commands', async () => {
    const offered = async (...words: string[]) =>
      (await ops(['--get-yargs-completions', 'ops', ...words])).output.split('\n').map((line) => line.split(':')[0]);
    expect(await offered('')).toEqual(expect.arrayContaining(['tenants', 'migrations', 'servers', 'top', 'login']));
    expect(await offered('tenants', '')).toEqual(expect.arrayContaining(['create', 'suspend', 'open', 'purge']));
  });

  it('explains itself, and completes', async () => {
    const help = await ops(['--help']);
    expect(help.output).toMatch(/ops tenants <command>[\s\S]+Exit codes: 0 done/);
    const creation = (await ops(['tenants', 'create', '--help'])).output;
    expect(creation).toMatch(/--admin\.email\s+\(required\)[\s\S]+Examples:\s+ops tenants create --name/);
    expect((await ops(['completion'])).output).toContain('###-begin-ops-completions-###');
  });
});

describe('a command', () => {
  it('shows tables to people and JSON to programs', async () => {
    const slug = await newTenant();
    const table = await ops(['tenants', 'list', '--q', slug]);
    expect(table.output.split('\n')[0]).toMatch(/^SLUG +NAME +STATUS +PLAN/);
    expect(table.output.split('\n')[1]).toMatch(new RegExp(`^${slug} +Acme Inc. +ACTIVE +standard`));
    expect((await ops(['tenants', 'show', slug])).output).toMatch(/^limits\.maxConnections +20$/m);
    const { output } = await ops(['tenants', 'show', slug, '--json']);
    expect(JSON.parse(output)).toMatchObject({ slug, status: 'ACTIVE' });
  });

  it('names whom a row is about, and shows what databases answered as a table', async () => {
    const slug = await newTenant();
    const audit = await ops(['audit', 'list', '--limit', '100']);
    expect(audit.output).toMatch(/^TENANT SLUG +ACTION +ACTOR/);
    expect(audit.output).toMatch(new RegExp(`^${slug} +tenant.created +command line`, 'm'));
    const asked = await ops(['query', '--sql', 'SELECT count(*)::int AS "users" FROM "User"', '--tenants', slug]);
    expect(asked.output).toMatch(new RegExp(`^TENANT SLUG +USERS\\n${slug} +1\\n`));
    expect(asked.exit).toBe(0);
    const refused = await ops(['query', '--sql', 'SELECT "passwordHash" FROM "User"', '--tenants', slug]);
    expect(refused.output).toContain('permission denied');
    expect(refused).toMatchObject({ exit: 5, errors: expect.stringContaining('It failed for 1 tenant.') });
    const storage = await ops(['top', '--by', 'connections']);
    expect(storage.output).toMatch(/^(TENANT +COUNT|None\.)/);
  });

  it('walks all pages when it is asked to', async () => {
    const slugs = [await newTenant(), await newTenant(), await newTenant()];
    const first = await ops(['tenants', 'list', '--limit', '2', '--json']);
    expect(JSON.parse(first.output).data).toHaveLength(2);
    const all = await ops(['tenants', 'list', '--limit', '2', '--all', '--json']);
    expect(JSON.parse(all.output).map(({ slug }: any) => slug)).toEqual(expect.arrayContaining(slugs));
    expect((await ops(['tenants', 'list', '--limit', '1'])).errors).toContain('--all');
  });

  it('lets no name give orders to a terminal', async () => {
    const slug = await newTenant('Acme \u001b[2J\u0007');
    const { output } = await ops(['tenants', 'list', '--q', slug]);
    expect(output).not.toContain('\u001b');
    expect(output).not.toContain('\u0007');
    expect((await ops(['tenants', 'show', slug])).output).not.toContain('\u001b');
  });

  it('prints where a tenant’s pages are, and says so when no browser can open them', async () => {
    const slug = await newTenant();
    const { appUrl } = JSON.parse((await ops(['tenants', 'show', slug, '--json'])).output);
    const atTerminal = await ops(['tenants', 'open', slug], { typed: [] });
    expect([atTerminal.exit, atTerminal.output]).toEqual([0, `${appUrl}\n`]);
    expect(atTerminal.errors).toContain('No browser was found');
    const forPrograms = await ops(['tenants', 'open', slug, '--json']);
    expect([JSON.parse(forPrograms.output), forPrograms.errors]).toEqual([{ appUrl }, '']);
  });

  it('exports and imports tenants', async () => {
    const slug = newSlug();
    const file = join(folder, 'tenants.csv');
    await writeFile(file, `name,slug,admin.email,admin.name\nAcme,${slug},ada@${slug}.test,Ada\n`);
    const dry = await ops(['tenants', 'import', '--file', file, '--dryRun', '--json']);
    expect(JSON.parse(dry.output)).toMatchObject({ dryRun: true, changed: 1 });
    expect((await ops(['tenants', 'import', '--file', file])).exit).toBe(0);
    const { output } = await ops(['tenants', 'export', '--q', slug]);
    expect(output.split('\r\n')).toEqual([expect.stringMatching(/^id,slug,/), expect.stringContaining(slug), '']);
  });

  it('says of each row why it was refused, and ends with 5', async () => {
    const slug = newSlug();
    const file = join(folder, 'mixed.csv');
    const header = 'name,slug,plan,admin.email,admin.name';
    await writeFile(file, `${header}\nAcme,${slug},,ada@a.test,Ada\n,b-${slug},,no,Ada\nC,c-${slug},none,c@c.test,C\n`);
    const mixed = await ops(['tenants', 'import', '--file', file, '--dryRun']);
    expect([mixed.exit, mixed.errors]).toEqual([5, '2 refused.\n']);
    const [, table = ''] = mixed.output.split('results\n');
    expect(table.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['POSITION', 'TENANT', 'STATUS', 'CHANGED', 'PROBLEM'],
      ['1', slug, '202', 'true', '-'],
      ['2', `b-${slug}`, '400', 'false', 'name: This field is required. admin.email: This is not an email address.'],
      ['3', `c-${slug}`, '422', 'false', 'invalid_reference: There is no plan called none.'],
      [''],
    ]);
  });

  it('sends no file that is not UTF-8', async () => {
    const file = join(folder, 'latin-1.csv');
    const rows = `name,slug,admin.email,admin.name\nMüller,${newSlug()},m@m.test,M\n`;
    await writeFile(file, rows, 'latin1');
    const refused = await ops(['tenants', 'import', '--file', file]);
    expect([refused.exit, refused.errors]).toEqual([2, expect.stringContaining('not valid')]);
  });

  it('waits until a rotation has taken the former credential away', async () => {
    const slug = await newTenant();
    const { exit, output } = await ops(['tenants', 'rotate', slug, '--wait', '--json']);
    expect([exit, JSON.parse(output).credentialRotation]).toEqual([0, null]);
  });

  it('tells programs the problem as the API does', async () => {
    const { errors } = await ops(['tenants', 'show', 'nobody-of-this-name', '--json']);
    expect(JSON.parse(errors)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('waits for work that goes on, and follows a migration run in plain lines without a terminal', async () => {
    const slug = await newTenant();
    const there = JSON.parse((await ops(['tenants', 'show', slug, '--json'])).output).id;
    const ids = [...Array.from({ length: 100 }, () => crypto.randomUUID()), there].join(','); // Nobody has the others.
    const waited = await ops(['tenants', 'bulk', '--action', 'activate', '--ids', ids, '--wait']);
    expect([waited.exit, waited.output]).toEqual([5, expect.stringMatching(/^status +DONE$/m)]);
    expect(waited.output).toMatch(new RegExp(`^101 +${slug} +200 +false`, 'm'));
    const { id } = JSON.parse((await ops(['migrations', 'rollout', '--json'])).output);
    const watched = await ops(['migrations', 'watch', id]);
    expect([watched.exit, watched.output]).toEqual([0, expect.stringMatching(/^SUCCEEDED \d+ of \d+/m)]);
    expect(watched.output).not.toContain('\u001b');
    expect((await ops(['migrations', 'watch', id], { typed: [] })).output).toMatch(/\[K\[[#.]{30}\] SUCCEEDED/);
  });

  it('waits for the verification of a backup, and ends with 5 if it is not good', async () => {
    const slug = await newTenant();
    const { id } = JSON.parse((await ops(['tenants', 'backup', slug, '--wait', '--json'])).output);
    const good = await ops(['backups', 'verify', id, '--wait', '--json']);
    expect([good.exit, JSON.parse(good.output)]).toEqual([
      0,
      expect.objectContaining({ verifying: false, verifiedAt: expect.any(String) }),
    ]);
    const space = join(system.installation.backupsFolder, `backup-${id}-1`);
    const table = (await readdir(space)).find((name) => name.startsWith('table-'));
    await truncate(join(space, String(table)), 1);
    const bad = await ops(['backups', 'verify', id, '--wait']);
    expect([bad.exit, bad.errors]).toEqual([5, expect.stringContaining('not proved good')]);
  });

  it('follows a stream again that was cut', async () => {
    const { id } = JSON.parse((await ops(['migrations', 'rollout', '--json'])).output);
    const cutting = await cutOnce();
    const watched = await ops(['migrations', 'watch', id], { url: cutting.url });
    cutting.close();
    expect([watched.exit, watched.output, cutting.connections()]).toEqual([0, expect.stringMatching(/^SUCCEEDED/m), 2]);
  });

  it.each([
    [1, 'validation_failed', ['tenants', 'create', '--slug', 'A b']],
    [1, 'not_found', ['tenants', 'show', 'nobody-of-this-name']],
    [2, 'ops --help', ['tenants', 'unheard-of']],
    [2, 'ops --help', ['tenants', 'list', '--unheard-of', '1']],
    [2, 'is a number', ['tenants', 'change', 'acme', '--limits.maxConnections', 'many']],
    [2, 'cannot be read', ['tenants', 'import', '--file', '/nowhere/at/all.csv']],
  ])('ends with %d and says why (%s): %j', async (exit, said, argv) => {
    const outcome = await ops(argv);
    expect([outcome.exit, outcome.errors]).toEqual([exit, expect.stringContaining(said)]);
  });

  it('ends with 3 when nobody is signed in or may not, and with 4 when the API is away', async () => {
    expect(await ops(['plans', 'list'], { key: undefined })).toMatchObject({
      exit: 3,
      errors: expect.stringContaining('ops login'),
    });
    const { body } = await system.operator.post('/api-keys', { name: 'reads', role: 'VIEWER' });
    expect((await ops(['plans', 'create', '--name', 'x'], { key: body.key })).exit).toBe(3);
    const away = await ops(['plans', 'list'], { url: 'http://127.0.0.1:9' });
    expect([away.exit, away.errors]).toEqual([4, expect.stringContaining('cannot be reached')]);
  });
});

describe('what cannot be undone', () => {
  it('is done only when the slug was typed, or with --yes', async () => {
    const slug = await newTenant();
    const { id } = JSON.parse((await ops(['tenants', 'show', slug, '--json'])).output);
    const unasked = await ops(['tenants', 'delete', id]);
    expect([unasked.exit, unasked.errors]).toEqual([2, expect.stringContaining('--yes')]);
    const wrong = await ops(['tenants', 'purge', id], { typed: [id] });
    expect([wrong.exit, wrong.errors]).toEqual([2, expect.stringContaining('Nothing was done')]);
    expect(JSON.parse((await ops(['tenants', 'show', slug, '--json'])).output).status).toBe('ACTIVE');
    const right = await ops(['tenants', 'delete', id], { typed: [slug] });
    expect([right.exit, right.errors]).toEqual([0, expect.stringContaining(`Type ${slug} to go on`)]);
    expect((await ops(['tenants', 'purge', slug, '--yes'])).exit).toBe(0);
    await until(async () => (await ops(['tenants', 'show', slug])).exit === 1);
  });
});

const { email, password } = { email: 'owner@example.test', password: 'correct horse battery' };
const signIn = () => ops(['login'], { key: undefined, typed: [email, password] });
const sessionFile = () => join(folder, 'helpdeskly', 'session.json');

/** As when it has expired. */
async function spoilAccessToken(): Promise<void> {
  const session = JSON.parse(await readFile(sessionFile(), 'utf8'));
  await writeFile(
    sessionFile(),
    JSON.stringify({ ...session, accessToken: `${session.accessToken.slice(0, -4)}AAAA` }),
  );
}

describe('a restore', () => {
  it('takes the place of a database only when the slug was typed, and says which step it is at', async () => {
    const slug = await newTenant();
    const { id } = JSON.parse((await ops(['tenants', 'backup', slug, '--wait', '--json'])).output);
    const argv = ['backups', 'restore', id, '--as', 'REPLACE', '--wait'];
    const unasked = await ops(argv);
    expect([unasked.exit, unasked.errors]).toEqual([2, expect.stringContaining('--yes')]);
    const asJson = await ops(['backups', 'restore', id, '--body', '{ "as" : "REPLACE" }']);
    expect(asJson.exit).toBe(2);
    const done = await ops(argv, { typed: [slug] });
    expect([done.exit, done.errors]).toEqual([0, expect.stringContaining(`Type ${slug} to go on`)]);
    expect(done.errors).toMatch(/RUNNING (FILLING|SWITCHING|ARCHIVING)/);
    expect(done.output).toMatch(/^status +DONE$/m);
    const kept = await ops(['backups', 'delete', id], { typed: ['no'] });
    expect([kept.exit, kept.errors]).toEqual([2, expect.stringContaining(`Type ${slug} to go on`)]);
  });
});

describe('signing in', () => {
  it('keeps a session for its owner alone, renews it, and ends it', async () => {
    const signedIn = await signIn();
    const file = sessionFile();
    expect([signedIn.exit, signedIn.output]).toEqual([0, expect.stringContaining(`as ${email}`)]);
    expect(`${signedIn.output}${signedIn.errors}`).not.toContain(password);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await ops(['auth', 'me'], { key: undefined })).output).toContain(email);
    const session = JSON.parse(await readFile(file, 'utf8'));
    await spoilAccessToken();
    expect((await ops(['auth', 'me'], { key: undefined })).exit).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8')).refreshToken).not.toBe(session.refreshToken);
    expect((await ops(['auth', 'me'], { key: undefined, url: `${system.control.origin}/` })).exit).toBe(0);
    expect((await ops(['logout'], { key: undefined })).exit).toBe(0);
    expect((await ops(['auth', 'me'], { key: undefined })).exit).toBe(3);
  });

  it('hides the password also when the output goes into a file', async () => {
    const occasion = { key: undefined, typed: [email, password], isRedirected: true };
    const { exit, output, errors, hidings } = await ops(['login'], occasion);
    expect([exit, output]).toEqual([0, `Signed in to ${system.control.origin} as ${email}.\n`]);
    expect([hidings, errors]).toEqual([2, `Email: ${email}\r\nPassword: \n`]);
  });

  it('is renewed once by commands that run at the same moment, also past the lock of one that was killed', async () => {
    await signIn();
    await spoilAccessToken();
    const lock = `${sessionFile()}.lock`;
    await writeFile(lock, 'killed');
    await utimes(lock, 0, 0);
    const outcomes = await Promise.all([1, 2, 3].map(() => ops(['auth', 'me'], { key: undefined })));
    expect(outcomes.map(({ exit }) => exit)).toEqual([0, 0, 0]);
    expect((await readdir(join(folder, 'helpdeskly'))).sort()).toEqual(['session.json']);
  });

  it('does not renew a session for a wrong password', async () => {
    await signIn();
    await spoilAccessToken();
    const before = await readFile(sessionFile(), 'utf8');
    const wrong = await ops(['login', '--email', email], { key: undefined, typed: ['wrong'] });
    expect([wrong.exit, wrong.errors]).toEqual([3, expect.stringContaining('The email or the password is wrong')]);
    expect(wrong.errors).not.toContain('ops login');
    expect(await readFile(sessionFile(), 'utf8')).toBe(before);
  });

  it('ends only where it began, and only when the API says so', async () => {
    await signIn();
    const before = await readFile(sessionFile(), 'utf8');
    const { port } = new URL(system.control.origin);
    expect((await ops(['logout'], { key: undefined, url: `http://localhost:${port}` })).exit).toBe(3);
    await writeFile(sessionFile(), before.replace(system.control.origin, 'http://127.0.0.1:9'));
    expect((await ops(['logout'], { key: undefined, url: 'http://127.0.0.1:9' })).exit).toBe(4);
    expect(await readFile(sessionFile(), 'utf8')).toContain('http://127.0.0.1:9');
    await writeFile(sessionFile(), before);
    expect((await ops(['logout'], { key: undefined })).exit).toBe(0);
    await expect(stat(sessionFile())).rejects.toThrow('ENOENT');
  });

  it('says what was wrong, and keeps nothing', async () => {
    const outcome = await ops(['login', '--email', 'nobody@example.test'], { key: undefined, typed: ['wrong'] });
    expect([outcome.exit, outcome.errors]).toEqual([3, expect.stringContaining('The email or the password is wrong')]);
  });
});
