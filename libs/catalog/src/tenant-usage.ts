/** What one process has served of a tenant since its last report. */
export interface TenantUsage {
  readonly tenantId: string;
  readonly requests: number;
  /** Answers with status 500 and above. */
  readonly errors: number;
  /** Those among the errors that refuse the tenant because it lacks a migration. */
  readonly upgrading: number;
}

/**
 * The channel on which app-api's processes report what they serve. A notification needs no write privilege, so the role that reads
 * the catalog stays read-only.
 */
export const usageChannel = 'helpdeskly_usage';

/** PostgreSQL takes payloads of less than 8000 bytes. Source: https://www.postgresql.org/docs/18/sql-notify.html */
const longest = 7900;

/** How many bytes a tenant stores, as its database counts them; the greater revision is the later one. */
export interface TenantStored {
  readonly tenantId: string;
  readonly bytes: bigint;
  readonly revision: bigint;
}

/** What one process has counted of a tenant on a day since its last report, and what it last saw of the rest. */
export interface TenantDayUsage {
  readonly tenantId: string;
  /** In UTC, `2026-11-29`. */
  readonly day: string;
  /** Requests with a valid token. */
  readonly requests: number;
  /** Tickets that were opened. */
  readonly tickets: number;
  /** Users who are not disabled, and when they were counted, by the clock of the tenant's database, as PostgreSQL writes it. */
  readonly users?: number;
  readonly usersAt?: string;
  /** See TenantStored. */
  readonly storageBytes?: bigint;
  readonly storageRevision?: bigint;
}

/**
 * Encodes notification payloads: `<tenant id>,<requests>,<errors>`, and `,<upgrading>` unless that is 0, separated by semicolons. A
 * control plane of an earlier version skips entries with a fourth part.
 */
export function encodeUsage(usage: readonly TenantUsage[]): readonly string[] {
  return joined(
    usage.map(({ tenantId, requests, errors, upgrading }) =>
      [tenantId, requests, errors, ...(upgrading > 0 ? [upgrading] : [])].join(','),
    ),
  );
}

/** Encodes entries beside those: `<tenant id>,stored,<bytes>,<revision>`. */
export function encodeStored(stored: readonly TenantStored[]): readonly string[] {
  return joined(stored.map(({ tenantId, bytes, revision }) => `${tenantId},stored,${bytes},${revision}`));
}

/** A report in JSON, whose large numbers are texts. */
export function encodeDays(days: readonly TenantDayUsage[]): string {
  return JSON.stringify(days, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

function joined(entries: readonly string[]): readonly string[] {
  const payloads: string[] = [];
  let payload = '';
  for (const entry of entries) {
    if (payload.length + 1 + entry.length > longest) {
      payloads.push(payload);
      payload = '';
    }
    payload += payload === '' ? entry : `;${entry}`;
  }
  return payload === '' ? payloads : [...payloads, payload];
}

/** Decodes a payload; skips entries of another form, which another version may send. */
export function decodeUsage(payload: string): readonly TenantUsage[] {
  return payload.split(';').flatMap((entry) => {
    const [, tenantId, requests, errors, upgrading = 0] =
      /^([0-9a-f-]{36}),(\d{1,12}),(\d{1,12})(?:,(\d{1,12}))?$/.exec(entry) ?? [];
    if (tenantId === undefined) return [];
    return [{ tenantId, requests: Number(requests), errors: Number(errors), upgrading: Number(upgrading) }];
  });
}

/** Decodes a payload's entries about storage; skips the others. */
export function decodeStored(payload: string): readonly TenantStored[] {
  return payload.split(';').flatMap((entry) => {
    const [, tenantId, bytes, revision] = /^([0-9a-f-]{36}),stored,(\d{1,18}),(\d{1,18})$/.exec(entry) ?? [];
    if (tenantId === undefined || bytes === undefined || revision === undefined) return [];
    return [{ tenantId, bytes: BigInt(bytes), revision: BigInt(revision) }];
  });
}
