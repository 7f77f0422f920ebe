import type { ProvisioningStep, SchemaSet, Tenant } from '@helpdeskly/catalog';
import type { BackupConfig } from '@helpdeskly/config';
import type { Migration } from '@helpdeskly/migrator';
import { everyText, policyOf } from '../backup-policies/backup-policy.js';
import { lackingIn } from '../tenant-databases/schema-sets.js';
import type { ProvisioningStepDto, TenantDto, TenantRotationDto } from './tenant.dto.js';

export interface TenantRow extends Tenant {
  /** The steps of every attempt. */
  readonly steps: readonly ProvisioningStep[];
  /** Null if unknown. */
  readonly storage: { readonly bytes: bigint; readonly revision: bigint } | null;
  readonly schemaSet: Pick<SchemaSet, 'names'> | null;
}

/** What the view needs beside the rows. */
export interface TenantSurroundings {
  /** The origin before whose host the slug goes. */
  readonly appPublicUrl: string;
  readonly migrations: readonly Migration[];
  readonly backups: BackupConfig;
}

/** A tenant as operators see it: no password, no connection URL. */
export function viewTenant(row: TenantRow, { appPublicUrl, migrations, backups }: TenantSurroundings): TenantDto {
  const { everyMs, keep } = policyOf(row, backups);
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
      storageBytes: Number(row.maxStorageBytes),
    },
    backupPolicy: { every: everyText(everyMs), keep: { ...keep } },
    storageBytes: Number(row.storage?.bytes ?? 0),
    serverId: row.serverId,
    databaseName: row.databaseName,
    schemaVersion: row.schemaVersion,
    schemaPending: lackingIn(row, migrations).length,
    provisioning: {
      attempt: row.attempt,
      steps: row.steps
        .filter((step) => step.attempt === row.attempt)
        .sort((a, b) => a.position - b.position)
        .map(viewStep),
    },
    credentialRotation: viewRotation(row),
    appUrl: tenantUrl(appPublicUrl, row.slug),
    purgeAt: row.purgeAt?.toISOString() ?? null,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    activatedAt: row.activatedAt?.toISOString() ?? null,
  };
}

function viewRotation(row: TenantRow): TenantRotationDto | null {
  if (row.nextRoleName === null && row.formerRoleName === null) return null;
  return {
    state: row.nextRoleName === null ? 'RETIRING' : 'PREPARING',
    requestedAt: row.rotationRequestedAt?.toISOString() ?? null,
    error: row.rotationError,
  };
}

/** Makes `http://acme.localhost:3000` from `http://localhost:3000` and `acme`. */
export function tenantUrl(appPublicUrl: string, slug: string): string {
  const url = new URL(appPublicUrl);
  return `${url.protocol}//${slug}.${url.host}`;
}

function viewStep(step: ProvisioningStep): ProvisioningStepDto {
  const { name, status, durationMs, error } = step;
  return { name, status, startedAt: step.startedAt?.toISOString() ?? null, durationMs, error };
}
