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

/** As notifications' payloads: `<tenant id>,<requests>,<errors>` with semicolons between. */
export function encodeUsage(usage: readonly TenantUsage[]): readonly string[] {
  const payloads: string[] = [];
  let payload = '';
  for (const { tenantId, requests, errors } of usage) {
    const entry = `${tenantId},${requests},${errors}`;
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
