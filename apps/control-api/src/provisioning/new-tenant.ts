/** What the steps need to know of the tenant that they bring to life. */
export interface NewTenant {
  readonly id: string;
  readonly slug: string;
  readonly generation: number;
  readonly attempt: number;
  readonly serverId: string;
  readonly databaseName: string;
  readonly roleName: string;
  /** The password of the role, sealed. */
  readonly roleSecret: string;
  readonly maxConnections: number;
  readonly adminEmail: string;
  readonly adminName: string;
  /** Null invites the admin, who then sets a password by a one-time link. */
  readonly adminPasswordHash: string | null;
}
