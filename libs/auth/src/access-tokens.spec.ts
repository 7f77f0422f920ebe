import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { TokenInvalid } from '@helpdeskly/errors';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AccessTokens, type SigningKeySource } from './access-tokens.js';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const ours = pair();
const claims = { sub: randomUUID(), aud: randomUUID(), role: 'AGENT', sid: randomUUID() };

/** One key, which counts its lookups. */
class OneKey implements SigningKeySource {
  asked = 0;

  constructor(private readonly kid = 'k1') {}

  current(): Promise<{ kid: string; privateKey: KeyObject }> {
    return Promise.resolve({ kid: this.kid, privateKey: ours.privateKey });
  }

  find(kid: string): Promise<KeyObject | undefined> {
    this.asked++;
    return Promise.resolve(kid === this.kid ? ours.publicKey : undefined);
  }
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const read = (text: string | undefined) =>
  JSON.parse(Buffer.from(text ?? '', 'base64url').toString()) as Record<string, unknown>;

/** Makes a token by hand; it is signed as ours are, unless `by` differs. */
function forge(
  header: object,
  payload: object,
  by = (data: string) => sign('sha256', Buffer.from(data), ours.privateKey),
): string {
  const data = `${part(header)}.${part(payload)}`;
  return `${data}.${by(data).toString('base64url')}`;
}

const seconds = () => Math.floor(Date.now() / 1000);
const goodHeader = { alg: 'RS256', typ: 'JWT', kid: 'k1' };
const goodPayload = () => ({
  role: claims.role,
  sid: claims.sid,
  iss: 'helpdeskly',
  aud: claims.aud,
  sub: claims.sub,
  iat: seconds(),
  exp: seconds() + 900,
});

describe('an access token', () => {
  let keys: OneKey;
  let tokens: AccessTokens;
  beforeEach(() => {
    keys = new OneKey();
    tokens = new AccessTokens(keys);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is a JWT by RS256 that names its key, issuer, audience, subject, role and session, for 15 minutes', async () => {
    const [header, payload] = (await tokens.issue(claims)).split('.');
    expect(read(header)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
    const said = read(payload);
    expect(said).toMatchObject({ ...claims, iss: 'helpdeskly' });
    expect(Number(said.exp) - Number(said.iat)).toBe(900);
  });

  it('says what it was issued for', async () => {
    expect(await tokens.verify(await tokens.issue(claims), claims.aud)).toMatchObject(claims);
    expect(await tokens.verify(forge(goodHeader, goodPayload()), claims.aud)).toMatchObject(claims);
  });

  it('is verified once, and known from then on', async () => {
    const token = await tokens.issue(claims);
    expect(tokens.peek(token, claims.aud)).toBeUndefined();
    await tokens.verify(token, claims.aud);
    expect(tokens.peek(token, claims.aud)).toMatchObject(claims);
    await tokens.verify(token, claims.aud);
    expect(keys.asked).toBe(1);
  });

  it('is worth nothing to another audience, also once it is known', async () => {
    const token = await tokens.issue(claims);
    await expect(tokens.verify(token, randomUUID())).rejects.toThrow(TokenInvalid);
    await tokens.verify(token, claims.aud);
    await expect(tokens.verify(token, randomUUID())).rejects.toThrow(TokenInvalid);
    expect(() => tokens.peek(token, randomUUID())).toThrow(TokenInvalid);
  });

  it('is worth nothing after its 15 minutes, also when it is known', async () => {
    const token = await tokens.issue(claims);
    await tokens.verify(token, claims.aud);
    jest.useFakeTimers({ now: Date.now() + 901_000, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    expect(tokens.peek(token, claims.aud)).toBeUndefined();
    await expect(tokens.verify(token, claims.aud)).rejects.toThrow(TokenInvalid);
  });

  const stranger = pair();
  const hmac = (data: string) =>
    createHmac('sha256', ours.publicKey.export({ type: 'spki', format: 'pem' }))
      .update(data)
      .digest();

  it.each<[string, () => string]>([
    [
      'of another key',
      () => forge(goodHeader, goodPayload(), (data) => sign('sha256', Buffer.from(data), stranger.privateKey)),
    ],
    ['of an unknown key', () => forge({ ...goodHeader, kid: 'k2' }, goodPayload())],
    ['that names no key', () => forge({ alg: 'RS256' }, goodPayload())],
    ['whose key is no text', () => forge({ ...goodHeader, kid: { a: 1 } }, goodPayload())],
    ['without a signature', () => forge({ ...goodHeader, alg: 'none' }, goodPayload(), () => Buffer.alloc(0))],
    ['signed by HMAC with the public key', () => forge({ ...goodHeader, alg: 'HS256' }, goodPayload(), hmac)],
    [
      'by another algorithm',
      () =>
        forge({ ...goodHeader, alg: 'RS512' }, goodPayload(), (data) =>
          sign('sha512', Buffer.from(data), ours.privateKey),
        ),
    ],
    ['of another issuer', () => forge(goodHeader, { ...goodPayload(), iss: 'somebody' })],
    ['without a time', () => forge(goodHeader, { ...goodPayload(), exp: undefined })],
    ['whose time is no number', () => forge(goodHeader, { ...goodPayload(), exp: 'never' })],
    ['that has run out', () => forge(goodHeader, { ...goodPayload(), exp: seconds() - 1 })],
    ['that is not valid yet', () => forge(goodHeader, { ...goodPayload(), nbf: seconds() + 60 })],
    ['without a subject', () => forge(goodHeader, { ...goodPayload(), sub: undefined })],
    ['without a session', () => forge(goodHeader, { ...goodPayload(), sid: undefined })],
    ['whose role is no text', () => forge(goodHeader, { ...goodPayload(), role: ['ADMIN'] })],
    ['without an audience', () => forge(goodHeader, { ...goodPayload(), aud: undefined })],
    [
      'whose payload was changed',
      () => forge(goodHeader, goodPayload()).replace(/\.[^.]+\./, `.${part({ ...goodPayload(), role: 'ADMIN' })}.`),
    ],
    ['whose payload is no object', () => forge(goodHeader, ['ADMIN'])],
    ['with a critical extension', () => forge({ ...goodHeader, crit: ['x'], x: 1 }, goodPayload())],
    ['of two parts', () => 'a.b'],
    ['that is nothing', () => ''],
  ])('%s is invalid', async (_, token) => {
    await expect(tokens.verify(token(), claims.aud)).rejects.toThrow(TokenInvalid);
  });

  it('passes on that its key could not be looked up', async () => {
    const outage = new Error('the catalog is away');
    const blind = new AccessTokens({ current: () => keys.current(), find: () => Promise.reject(outage) });
    await expect(blind.verify(await tokens.issue(claims), claims.aud)).rejects.toBe(outage);
  });
});
