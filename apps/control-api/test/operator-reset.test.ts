import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Installation, owner as firstOwner, type Caller } from '@helpdeskly/testing';
import { RunningControlApi } from './control-client.js';

// Compiled code: `npm test` compiles first.
const command = fileURLToPath(new URL('../dist/operator-reset.js', import.meta.url));

let installation: Installation;
let api: RunningControlApi;
let owner: Caller;

beforeAll(async () => {
  installation = await Installation.create({ inheritsTemplate: true });
  api = await RunningControlApi.start(installation.controlConfig());
  owner = await api.asOwner();
});

afterAll(async () => {
  await api.stop();
  await installation.remove();
});

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly complaint: string;
}

async function reset(parameters: string[], input?: string, environment: object = {}): Promise<Run> {
  const { CONTROL_DATABASE_URL } = installation.environment;
  const child = spawn(process.execPath, [command, ...parameters], {
    env: { PATH: process.env.PATH, CONTROL_DATABASE_URL, ...environment },
  });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, complaint };
}

const login = (email: string, password: string) => api.anonymous().post('/auth/login', { email, password });

describe('operator:reset', () => {
  it('gives an OWNER a new password, says it once, and ends the sessions of the former', async () => {
    const { code, out } = await reset(['--email', firstOwner.email.toUpperCase()]);
    expect(code).toBe(0);
    const [, password = ''] = /^Password: (\S+)$/m.exec(out) ?? [];
    expect((await login(firstOwner.email, firstOwner.password)).status).toBe(401);
    expect((await owner.get('/auth/me')).status).toBe(401);
    const { status, body } = await login(firstOwner.email, password);
    expect([status, body.user.role]).toEqual([200, 'OWNER']);
    owner = api.with(body.accessToken);
    const { data } = (await owner.get('/audit-events?limit=5')).body;
    const event = data.find(({ action }: { action: string }) => action === 'operator.reset');
    expect(event).toMatchObject({ actor: { type: 'SYSTEM' }, details: { role: 'OWNER' } });
    expect(JSON.stringify(data)).not.toContain(password);
  });

  it('takes a password from standard input, and says none', async () => {
    const { code, out } = await reset(
      ['--email', 'new@example.test', '--password-stdin'],
      'a password of many words\n',
    );
    expect([code, out]).toEqual([0, 'new@example.test is a new OWNER.\n']);
    expect((await login('new@example.test', 'a password of many words')).body.user.role).toBe('OWNER');
  });

  it('makes an OWNER of whoever was disabled or less', async () => {
    const email = 'less@example.test';
    const { id } = (await owner.post('/operators', { email, name: 'Less', role: 'VIEWER' })).body;
    await owner.patch(`/operators/${id}`, { status: 'DISABLED' });
    await reset(['--email', email, '--password-stdin'], 'a password of many words');
    const { body } = await login(email, 'a password of many words');
    expect(body.user).toMatchObject({ id, role: 'OWNER', status: 'ACTIVE' });
  });

  it.each<[string, string[], string, object, RegExp]>([
    ['no email', [], '', {}, /--email is missing/],
    ['a malformed email', ['--email', 'nobody'], '', {}, /email:/],
    ['a short password', ['--email', 'a@b.test', '--password-stdin'], 'short', {}, /password:/],
    ['a guessable password', ['--email', 'a@b.test', '--password-stdin'], 'Helpdeskly-1234', {}, /password: .*guessed/],
    ['an unknown option', ['--user', 'x'], '', {}, /Usage: npm run operator:reset/],
    ['no database', ['--email', 'a@b.test'], '', { CONTROL_DATABASE_URL: '' }, /CONTROL_DATABASE_URL is required/],
  ])('with %s says so and changes nothing', async (_, parameters, input, environment, complaint) => {
    const before = await installation.query('SELECT * FROM "Operator" ORDER BY "id"');
    const run = await reset(parameters, input, environment);
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.complaint).toMatch(complaint);
    expect(await installation.query('SELECT * FROM "Operator" ORDER BY "id"')).toEqual(before);
  });

  it('says when the database cannot be reached, without its password', async () => {
    const url = 'postgres://u:hush-hush@127.0.0.1:1/none';
    const run = await reset(['--email', 'a@b.test'], '', { CONTROL_DATABASE_URL: url });
    expect([run.code, run.complaint]).toEqual([1, 'Nothing was changed: the database server cannot be reached\n']);
  });
});
