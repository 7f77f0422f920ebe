import type { TenantStatus } from './generated/enums.js';

export type TenantState = TenantStatus;

/** What app-api knows of a tenant: a row of the view `catalog.tenant`, compared with the build. `roleSecret` is its role's encrypted password. */
export interface CatalogTenant {
  readonly id: string;
  readonly slug: string;
  readonly status: TenantState;
  readonly maxConnections: number;
  readonly requestsPerMinute: number;
  readonly databaseName: string;
  readonly roleName: string;
  readonly roleSecret: string;
  readonly credentialGeneration: number;
  readonly generation: number;
  readonly schemaVersion: string | null;
  readonly schemaSetId: string | null;
  readonly host: string;
  readonly port: number;
  readonly poolerAddress: string | null;
  readonly plan: string;
  /** How many bytes it may store. */
  readonly storageBytes: number;
  /** Migrations that this build requires and the tenant's database lacks. */
  readonly lacks: readonly string[];
  /** Migrations that the database has, this build does not know, and nobody declared compatible with the build before them. */
  readonly exceeds: readonly string[];
}
