import type { ProvisioningStep, Tenant } from '@helpdeskly/catalog';
import type { Migration } from '@helpdeskly/migrator';
import type { ProvisioningStepDto, TenantDto } from './tenant.dto.js';

export interface TenantRow extends Tenant {
  /** Of every attempt. */
  readonly steps: readonly ProvisioningStep[];
  /** As far as it is known. */
  readonly storage: { readonly bytes: bigint } | null;
}

/** How many bytes a tenant may store that has no limit of its own: 10 GiB, as in the view `catalog.tenant`. */
const defaultStorageBytes = 10_737_418_240;

/** What the rows do not say themselves. */
export interface TenantSurroundings {
  /** The origin before whose host the slug goes. */
  readonly appPublicUrl: string;
  readonly migrations: readonly Migration[];
}

/** A tenant as operators see it: no password, no connection URL. */
export function viewTenant(row: TenantRow, { appPublicUrl, migrations }: TenantSurroundings): TenantDto {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    status: row.status,
    statusReason: row.statusReason,
    plan: row.plan,
    limits: {
      maxConnections: row.maxConnections,
      requestsPerMinute: row.requestsPerMinute,
      storageBytes: Number(row.maxStorageBytes ?? defaultStorageBytes),
    },
    storageBytes: Number(row.storage?.bytes ?? 0),
    serverId: row.serverId,
    databaseName: row.databaseName,
    schemaVersion: row.schemaVersion,
    schemaPending: pendingAfter(row.schemaVersion, migrations),
    provisioning: {
      attempt: row.attempt,
      steps: row.steps
        .filter((step) => step.attempt === row.attempt)
        .sort((a, b) => a.position - b.position)
        .map(viewStep),
    },
    appUrl: tenantUrl(appPublicUrl, row.slug),
    purgeAt: row.purgeAt?.toISOString() ?? null,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    activatedAt: row.activatedAt?.toISOString() ?? null,
  };
}

/** `http://localhost:3000` and `acme` make `http://acme.localhost:3000`. */
export function tenantUrl(appPublicUrl: string, slug: string): string {
  const url = new URL(appPublicUrl);
  return `${url.protocol}//${slug}.${url.host}`;
}

function viewStep(step: ProvisioningStep): ProvisioningStepDto {
  const { name, status, durationMs, error } = step;
  return { name, status, startedAt: step.startedAt?.toISOString() ?? null, durationMs, error };
}

/** Migrations are applied in the order of their names. */
function pendingAfter(schemaVersion: string | null, migrations: readonly Migration[]): number {
  return migrations.filter(({ name }) => schemaVersion === null || name > schemaVersion).length;
}
