import { describe, expect, it } from '@jest/globals';
import { readTenantSearch } from './tenant-search.js';

describe('readTenantSearch', () => {
  it('keeps what the API takes', () => {
    const search = { q: 'acme', status: 'SUSPENDED', plan: 'standard', schemaVersion: '20260101_init', sort: '-slug' };
    expect(readTenantSearch(search)).toEqual(search);
  });

  it('drops what it does not know, what is empty and what is too long', () => {
    expect(
      readTenantSearch({ q: '  ', status: 'GONE', sort: 'size', serverId: 'x'.repeat(37), page: '2', plan: 5 }),
    ).toEqual({});
  });
});
