/** What one process has served of a tenant since it last said so. */
export interface TenantUsage {
  readonly tenantId: string;
  readonly requests: number;
  /** Answers of 500 and above. */
  readonly errors: number;
}

/**
 * Where app-api's processes tell what they serve: a notification needs no right to write anything, so the role that reads
 * the catalog stays one that reads.
 */
export const usageChannel = 'helpdeskly_usage';

/** PostgreSQL takes payloads of less than 8000 bytes. Source: https://www.postgresql.org/docs/18/sql-notify.html */
const longest = 7900;

/** How many bytes a tenant stores, by the count of its database; the greater revision is the later one. */
export interface TenantStored {
  readonly tenantId: string;
  readonly bytes: bigint;
  readonly revision: bigint;
}

/** As notifications' payloads: `<tenant id>,<requests>,<errors>` with semicolons between. */
export function encodeUsage(usage: readonly TenantUsage[]): readonly string[] {
  return joined(usage.map(({ tenantId, requests, errors }) => `${tenantId},${requests},${errors}`));
}

/** Beside those: `<tenant id>,stored,<bytes>,<revision>`. */
export function encodeStored(stored: readonly TenantStored[]): readonly string[] {
  return joined(stored.map(({ tenantId, bytes, revision }) => `${tenantId},stored,${bytes},${revision}`));
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

/** What a payload says; entries of another form, as another version may send them, are passed over. */
export function decodeUsage(payload: string): readonly TenantUsage[] {
  return payload.split(';').flatMap((entry) => {
    const [, tenantId, requests, errors] = /^([0-9a-f-]{36}),(\d{1,12}),(\d{1,12})$/.exec(entry) ?? [];
    return tenantId === undefined ? [] : [{ tenantId, requests: Number(requests), errors: Number(errors) }];
  });
}

/** What a payload says of storage; other entries are passed over. */
export function decodeStored(payload: string): readonly TenantStored[] {
  return payload.split(';').flatMap((entry) => {
    const [, tenantId, bytes, revision] = /^([0-9a-f-]{36}),stored,(\d{1,18}),(\d{1,18})$/.exec(entry) ?? [];
    if (tenantId === undefined || bytes === undefined || revision === undefined) return [];
    return [{ tenantId, bytes: BigInt(bytes), revision: BigInt(revision) }];
  });
}
