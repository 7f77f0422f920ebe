import { describe, expect, it } from '@jest/globals';
import { tenantUrl } from './tenant-view.js';

describe('the URL of a tenant', () => {
  it.each([
    ['http://localhost:3000', 'http://acme.localhost:3000'],
    ['https://help.example', 'https://acme.help.example'],
  ])('puts the slug before the host of %s', (origin, url) => {
    expect(tenantUrl(origin, 'acme')).toBe(url);
  });
});
