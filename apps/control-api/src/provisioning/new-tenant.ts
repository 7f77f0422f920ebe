import type { CopyKind } from '@helpdeskly/catalog';

/** What the steps need to know of the new tenant. */
export interface NewTenant {
  readonly id: string;
  readonly slug: string;
  readonly generation: number;
  readonly attempt: number;
  readonly serverId: string;
  readonly databaseName: string;
  readonly roleName: string;
  /** The password of the role, encrypted. */
  readonly roleSecret: string;
  readonly maxConnections: number;
  readonly adminEmail: string;
  readonly adminName: string;
  /** Null: the admin is invited, and sets a password with a one-time link. */
  readonly adminPasswordHash: string | null;
  /** The backup, or for a clone the tenant, that its database is filled from; null: it begins empty. */
  readonly copyOfId: string | null;
  readonly copyKind: CopyKind | null;
  readonly dataKeySecret: string | null;
}
