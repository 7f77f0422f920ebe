import type { SqlRunner } from './session-store.js';

const tables = {
  tenant: { address: '"KnownAddress"', accountId: '"userId"', account: '"User"' },
  control: { address: '"OperatorAddress"', accountId: '"operatorId"', account: '"Operator"' },
} as const;

const memory = "interval '90 days'";
/** `lastSignedInAt` is exact to the hour: at most one write an hour, however often a user signs in. */
const precision = "interval '1 hour'";

/**
 * The networks from which accounts signed in within 90 days. It stores SHA-256 hashes that include the account's id, so the same network
 * has different hashes for two accounts. One class serves users and operators, whose tables differ only in name.
 */
export class KnownAddresses {
  private readonly names;

  constructor(schema: keyof typeof tables) {
    this.names = tables[schema];
  }

  /** Returns false for an email that no account has, at the same cost. */
  async isKnown(sql: SqlRunner, emailKey: string, network: string): Promise<boolean> {
    const { address, accountId, account } = this.names;
    const rows = await sql.$queryRawUnsafe<unknown[]>(
      `SELECT FROM ${account} a JOIN ${address} k ON k.${accountId} = a."id"
        WHERE a."emailKey" = $1 AND k."addressHash" = ${hashOf('a."id"')} AND k."lastSignedInAt" > now() - ${memory}`,
      emailKey,
      network,
    );
    return rows.length > 0;
  }

  /**
   * Runs in the transaction of the sign-in. Deletes the account's old networks. Returns 'first' for an account that never signed in
   * before, and 'new' if it did, but not from this network within 90 days.
   */
  async remember(sql: SqlRunner, accountId: string, network: string): Promise<'known' | 'first' | 'new'> {
    const { address, accountId: column } = this.names;
    const [place] = await sql.$queryRawUnsafe<{ hasOthers: boolean }[]>(
      `WITH forgotten AS (
         DELETE FROM ${address} k WHERE k.${column} = $1::uuid AND k."lastSignedInAt" <= now() - ${memory}
            AND k."addressHash" <> ${hashOf('$1::uuid')}
       ), remembered AS (
         INSERT INTO ${address} AS k (${column}, "addressHash") VALUES ($1::uuid, ${hashOf('$1::uuid')})
         ON CONFLICT (${column}, "addressHash") DO UPDATE SET "lastSignedInAt" = now()
          WHERE k."lastSignedInAt" < now() - ${precision}
         RETURNING old."lastSignedInAt" AS "before"
       )
       SELECT EXISTS (SELECT FROM ${address} k WHERE k.${column} = $1::uuid) AS "hasOthers"
         FROM remembered WHERE "before" IS NULL OR "before" <= now() - ${memory}`,
      accountId,
      network,
    );
    if (place === undefined) return 'known';
    return place.hasOthers ? 'new' : 'first';
  }
}

function hashOf(id: string): string {
  return `sha256(convert_to(${id}::text || '|' || $2, 'UTF8'))`;
}
