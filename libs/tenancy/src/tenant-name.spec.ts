import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@helpdeskly/errors';
import fc from 'fast-check';
import { isSlug } from './slug.js';
import { nameTenant } from './tenant-name.js';

interface Given {
  readonly host?: string | string[];
  readonly slug?: string | string[];
  readonly forwarded?: string | string[];
  readonly url?: string;
  readonly trusted?: boolean;
  readonly baseDomain?: string;
}

/** The slug, or the problem's code. */
function named({
  host = [],
  slug = [],
  forwarded = [],
  url = '/api/v1/tickets',
  trusted = false,
  baseDomain = 'localhost',
}: Given): string {
  const pairs = (name: string, values: string | string[]) => [values].flat().flatMap((value) => [name, value]);
  const rawHeaders = [
    ...pairs('Host', host),
    'Accept',
    '*/*',
    ...pairs('X-Tenant-Slug', slug),
    ...pairs('X-Forwarded-Host', forwarded),
  ];
  try {
    return nameTenant({ rawHeaders, url, trusted }, baseDomain);
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

describe('the Host header', () => {
  it.each(['acme.localhost', 'acme.localhost:3000', 'ACME.LocalHost', 'acme.localhost.', 'acme.localhost.:80'])(
    'names acme as %s',
    (host) => {
      expect(named({ host })).toBe('acme');
    },
  );

  it('names it under a base domain of several labels', () => {
    expect(named({ host: 'acme.help.example.com:8443', baseDomain: 'help.example.com' })).toBe('acme');
  });

  it.each([
    'localhost',
    'localhost:3000',
    'localhost.',
    '127.0.0.1:3000',
    '[::1]:3000',
    '[::ffff:127.0.0.1]',
    'example.com',
    'acme.example.com',
    'acmelocalhost',
    'acme.localhost.example.com',
    'app_api:3000',
  ])('leaves it to the header as %s', (host) => {
    expect([named({ host, slug: 'acme' }), named({ host })]).toEqual(['acme', 'tenant_required']);
  });

  it.each([
    '',
    '.',
    '..',
    'acme.localhost..',
    '.localhost',
    'acme..localhost',
    'me@acme.localhost',
    'me:pw@acme.localhost',
    'acme.localhost/globex',
    'acme.localhost?x',
    'acme.localhost#x',
    'acme.localhost\\globex',
    'acme.localhost:',
    'acme.localhost:0',
    'acme.localhost:65536',
    'acme.localhost:3000:1',
    'acme.localhost:30x0',
    'acme.localhost, globex.localhost',
    'acme localhost',
    'acmé.localhost',
    'acme%2elocalhost',
    '[::1',
    '::1',
    '[acme]',
    '[127.0.0.1]',
    `${'a'.repeat(64)}.localhost`,
    `${'a.'.repeat(130)}localhost`,
  ])('is no host name as %j, whatever the slug header says', (host) => {
    expect([named({ host }), named({ host, slug: 'acme' })]).toEqual(['host_invalid', 'host_invalid']);
  });

  it('is required', () => {
    expect(named({ slug: 'acme' })).toBe('host_invalid');
  });

  it.each([
    'a.localhost',
    'ac--me.localhost',
    '-acme.localhost',
    'ac_me.localhost',
    'acme.www.localhost',
    '0193a5b0-7c1e-7d3f-8a2b-5c6d7e8f9a0b.localhost',
  ])('holds no slug as %s', (host) => {
    expect([named({ host }), named({ host, slug: 'acme' })]).toEqual(['tenant_slug_invalid', 'tenant_slug_invalid']);
  });

  it('may come once', () => {
    expect(named({ host: ['acme.localhost', 'acme.localhost'] })).toBe('tenant_conflict');
    expect(named({ host: ['acme.localhost', 'globex.localhost'] })).toBe('tenant_conflict');
  });
});

describe('the header X-Tenant-Slug', () => {
  it('may repeat what Host says', () => {
    expect(named({ host: 'acme.localhost', slug: 'acme' })).toBe('acme');
  });

  it('may not contradict it', () => {
    expect(named({ host: 'acme.localhost', slug: 'globex' })).toBe('tenant_conflict');
  });

  it('counts as missing when it is empty', () => {
    expect([named({ host: 'localhost', slug: '' }), named({ host: 'acme.localhost', slug: '' })]).toEqual([
      'tenant_required',
      'acme',
    ]);
  });

  it('may come once', () => {
    expect(named({ host: 'localhost', slug: ['acme', 'acme'] })).toBe('tenant_conflict');
  });

  it.each(['ACME', 'acme, globex', 'a', 'ac--me', '../acme', 'acme.localhost', '0193a5b0-7c1e-7d3f-8a2b-5c6d7e8f9a0b'])(
    'holds no slug as %j',
    (slug) => {
      expect([named({ host: 'localhost', slug }), named({ host: 'acme.localhost', slug })]).toEqual([
        'tenant_slug_invalid',
        'tenant_slug_invalid',
      ]);
    },
  );
});

describe('the target of a request', () => {
  it.each(['http://acme.localhost/api/v1/tickets', 'http://ACME.localhost:3000/x', 'https://acme.localhost.?q'])(
    'may be absolute as %s',
    (url) => {
      expect(named({ host: 'acme.localhost', url })).toBe('acme');
    },
  );

  it.each(['http://globex.localhost/api/v1/tickets', 'http://localhost/', 'http://127.0.0.1/'])(
    'may not name another host, as %s',
    (url) => {
      expect(named({ host: 'acme.localhost', url })).toBe('tenant_conflict');
    },
  );

  it.each(['http://me@acme.localhost/', 'http:///x', 'acme.localhost', '*', '', '\\\\acme.localhost'])(
    'names no host as %j',
    (url) => {
      expect(named({ host: 'acme.localhost', url })).toBe('host_invalid');
    },
  );
});

describe('the header X-Forwarded-Host', () => {
  it('counts from a trusted proxy', () => {
    expect(named({ host: 'app-api:3000', forwarded: 'acme.localhost', trusted: true })).toBe('acme');
    expect(named({ host: 'globex.localhost', forwarded: 'acme.localhost', trusted: true })).toBe('acme');
  });

  it('counts from nobody else', () => {
    expect(named({ host: 'globex.localhost', forwarded: 'acme.localhost' })).toBe('globex');
    expect(named({ host: 'localhost', forwarded: 'acme.localhost' })).toBe('tenant_required');
  });

  it('may come once and must be a host name', () => {
    expect(named({ host: 'localhost', forwarded: ['acme.localhost', 'globex.localhost'], trusted: true })).toBe(
      'tenant_conflict',
    );
    expect(named({ host: 'localhost', forwarded: 'acme.localhost, globex.localhost', trusted: true })).toBe(
      'host_invalid',
    );
  });

  it('may not be contradicted by the slug header', () => {
    expect(named({ host: 'localhost', forwarded: 'acme.localhost', slug: 'globex', trusted: true })).toBe(
      'tenant_conflict',
    );
  });
});

describe('whatever is sent', () => {
  const codes = ['host_invalid', 'tenant_conflict', 'tenant_required', 'tenant_slug_invalid'];
  const part = fc.constantFrom(
    'acme',
    'globex',
    'localhost',
    '.',
    ':',
    '80',
    '@',
    '[',
    ']',
    '/',
    ' ',
    ',',
    '-',
    '%',
    '\u0000',
    'é',
    '',
  );
  const value = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));

  it('names one tenant by one reading, or none', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 2 }), fc.array(value, { maxLength: 2 }), value, (host, slug, path) => {
        const answer = named({ host, slug, url: `/${path}` });
        if (codes.includes(answer)) return;
        expect(isSlug(answer)).toBe(true);
        const [sent = ''] = host;
        expect(sent.toLowerCase().startsWith(`${answer}.localhost`) || slug[0] === answer).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
