import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SecretUnreadable, UnknownEncryptionKey } from './errors.js';
import { Secrets } from './secrets.js';

const [older, newer] = ['older', 'newer'].map((id) => ({ id, key: randomBytes(32) })) as [
  { id: string; key: Buffer },
  { id: string; key: Buffer },
];
const secrets = new Secrets([newer, older]);

describe('Secrets', () => {
  it.each(['', 'a password', 'ünï😀', 'x'.repeat(100_000)])('gives back what it sealed', (plaintext) => {
    expect(secrets.open(secrets.seal(plaintext, 'acme'), 'acme')).toBe(plaintext);
  });

  it('shows nothing of a secret, and seals the same one differently each time', () => {
    const [one, two] = [secrets.seal('hunter2', 'acme'), secrets.seal('hunter2', 'acme')];
    expect(one).not.toContain('hunter2');
    expect(one).not.toBe(two);
  });

  it('opens a secret for its owner alone', () => {
    expect(() => secrets.open(secrets.seal('hunter2', 'acme'), 'globex')).toThrow(SecretUnreadable);
  });

  it('opens none of which a single bit was changed', () => {
    const sealed = secrets.seal('hunter2', 'acme');
    const [version, keyId, encoded] = sealed.split('.') as [string, string, string];
    const bytes = Buffer.from(encoded, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => secrets.open(`${version}.${keyId}.${changed.toString('base64url')}`, 'acme')).toThrow(
        SecretUnreadable,
      );
    }
  });

  it('opens none under the name of another key', () => {
    const sealed = secrets.seal('hunter2', 'acme').replace('.newer.', '.older.');
    expect(() => secrets.open(sealed, 'acme')).toThrow(SecretUnreadable);
  });

  it.each([
    '',
    'v1',
    'v1.newer',
    'v1.newer.',
    'v1.newer.AAAA',
    'v2.newer.AAAA',
    'hunter2',
    `${secrets.seal('hunter2', 'acme')}.more`,
  ])('opens nothing malformed: %p', (sealed) => {
    expect(() => secrets.open(sealed, 'acme')).toThrow(SecretUnreadable);
  });

  it('opens nothing that was cut short', () => {
    const sealed = secrets.seal('hunter2', 'acme');
    for (let length = 0; length < sealed.length; length++)
      expect(() => secrets.open(sealed.slice(0, length), 'acme')).toThrow(Error);
  });

  it('names the key that is missing', () => {
    const sealed = new Secrets([older]).seal('hunter2', 'acme');
    expect(() => new Secrets([newer]).open(sealed, 'acme')).toThrow(
      expect.objectContaining({ name: 'UnknownEncryptionKey', keyId: 'older' }),
    );
  });

  it('seals with the newest key and opens with every one, so that keys can rotate', () => {
    const before = new Secrets([older]).seal('hunter2', 'acme');
    expect(secrets.open(before, 'acme')).toBe('hunter2');
    const after = secrets.seal('hunter2', 'acme');
    expect(after.startsWith('v1.newer.')).toBe(true);
    expect(() => new Secrets([older]).open(after, 'acme')).toThrow(UnknownEncryptionKey);
  });

  it('tells whether all keys are there that are in use', () => {
    expect(secrets.keyIds).toEqual(['newer', 'older']);
    expect(() => secrets.assertHolds(['older', 'newer'])).not.toThrow();
    expect(() => new Secrets([newer]).assertHolds(['newer', 'older'])).toThrow(
      'ENCRYPTION_KEYS does not hold the key older',
    );
  });

  it('seals anew with the newest key what an older one sealed, for the same owner', () => {
    const resealed = secrets.reseal(new Secrets([older]).seal('hunter2', 'acme'), 'acme');
    expect(new Secrets([newer]).open(resealed, 'acme')).toBe('hunter2');
    expect(() => secrets.reseal(resealed, 'globex')).toThrow(SecretUnreadable);
  });

  it('needs a key', () => {
    expect(() => new Secrets([])).toThrow('there is no encryption key');
  });
});

describe('a fingerprint', () => {
  const [first] = secrets.fingerprints(['POST', '/tenants', '{}']);

  it('is the same for the same parts', () => {
    expect(secrets.fingerprints(['POST', '/tenants', '{}'])[0]).toEqual(first);
  });

  it('differs where parts are divided differently', () => {
    expect(secrets.fingerprints(['POST/tenants', '', '{}'])[0]).not.toEqual(first);
    expect(secrets.fingerprints(['POST', '/tenants{}'])[0]).not.toEqual(first);
  });

  it('is made under every key, newest first, so that one made before a rotation is found again', () => {
    const [before] = new Secrets([older]).fingerprints(['a']);
    const prints = secrets.fingerprints(['a']);
    expect(prints[1]).toEqual(before);
    expect(prints[0]).not.toEqual(before);
  });

  it('is not made with the key that encrypts', async () => {
    const { createHmac } = await import('node:crypto');
    const underThatKey = createHmac('sha256', newer.key)
      .update(JSON.stringify(['POST', '/tenants', '{}']))
      .digest();
    expect(first).not.toEqual(underThatKey);
  });
});
