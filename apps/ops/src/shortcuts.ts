/** Commands that stand for another one with some of its options: `tenants purge acme` is a delete with `purge=now`. */
export interface Shortcut {
  readonly name: string;
  /** `METHOD path` of the operation. */
  readonly of: string;
  readonly summary: string;
  readonly fixed: Readonly<Record<string, string>>;
  /** A positional after the id, and the field that it sets. */
  readonly positional?: { readonly name: string; readonly description: string };
  /** What is done with the answer, where that is not shown as any other. */
  readonly shows?: 'what comes' | 'the page';
}

export const shortcuts: readonly Shortcut[] = [
  {
    name: 'tenants rename',
    of: 'PATCH /tenants/{id}',
    summary: 'Rename a tenant',
    fixed: {},
    positional: { name: 'name', description: 'Its new name' },
  },
  {
    name: 'tenants purge',
    of: 'DELETE /tenants/{id}',
    summary: 'Delete a tenant at once, without a grace',
    fixed: { purge: 'now' },
  },
  {
    name: 'servers drain',
    of: 'PATCH /database-servers/{id}',
    summary: 'Give a server no more tenants',
    fixed: { state: 'DRAINING' },
  },
  {
    name: 'tenants open',
    of: 'GET /tenants/{id}',
    summary: 'Print the address of a tenant’s pages, and open it in a browser',
    fixed: {},
    shows: 'the page',
  },
  {
    name: 'audit tail',
    of: 'GET /audit-events',
    summary: 'Show the last events and those that come, until Ctrl-C',
    fixed: { sort: '-createdAt' },
    shows: 'what comes',
  },
];
