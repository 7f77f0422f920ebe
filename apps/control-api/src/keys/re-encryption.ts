import { ControlDatabase, sealedColumns, SecretUnreadable, Secrets, type SealedColumn } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { recordSystemEvent } from '../audit/audit-trail.js';
import { ControlLocks } from '../locks/control-locks.js';
import { countKeysInUse, sealingKey } from './encryption-keys.js';

const batch = 200;

interface SealedValue {
  readonly owner: string;
  readonly sealed: string;
}

/**
 * Re-encrypts with the newest encryption key what older ones encrypt, so that operators can remove those from ENCRYPTION_KEYS. The
 * database itself says what is left to do: the next run of any process continues an interrupted one.
 */
@Injectable()
export class ReEncryption {
  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly locks: ControlLocks,
  ) {}

  /** Throws if it could not decrypt something; it re-encrypts everything else all the same. */
  async run(): Promise<void> {
    const [, ...older] = this.secrets.keyIds;
    if (older.length === 0) return;
    const inUse = (await countKeysInUse(this.control)).map(({ id }) => id);
    if (!older.some((id) => inUse.includes(id))) return;
    await this.locks.tryHold('helpdeskly encryption keys', 're-encryption', () => this.resealAll(older));
  }

  private async resealAll(older: readonly string[]): Promise<void> {
    let unreadable = 0;
    for (const column of sealedColumns) {
      if (column.expires) continue;
      for (let last: string | undefined = ''; last !== undefined;) {
        const turn = await this.resealBatch(column, older, last);
        unreadable += turn.unreadable;
        last = turn.last;
      }
    }
    if (unreadable > 0) throw new Error(`${unreadable} sealed secrets do not open under the key that they name`);
  }

  /** Works in the order of the owners, after `last`. It leaves rows that another transaction has locked to the next run. */
  private resealBatch(
    column: SealedColumn,
    older: readonly string[],
    last: string,
  ): Promise<{ last: string | undefined; unreadable: number }> {
    const [newest] = this.secrets.keyIds;
    return this.control.transaction(async (tx) => {
      if ((await sealingKey(tx)) !== newest) return { last: undefined, unreadable: 0 }; // A newer key has become first.
      const rows = await tx.$queryRawUnsafe<SealedValue[]>(selectOf(column), older, last);
      const anew = rows.flatMap((row) => this.resealed(row));
      if (anew.length > 0) {
        const [owners, before, after] = [
          anew.map(({ owner }) => owner),
          anew.map(({ sealed }) => sealed),
          anew.map(({ resealed }) => resealed),
        ];
        const secrets = await tx.$executeRawUnsafe(updateOf(column), owners, before, after);
        const details = { keyId: newest, table: column.table, column: column.column, secrets };
        await recordSystemEvent(tx, { action: 'encryption_key.applied', details });
      }
      return { last: rows.at(-1)?.owner, unreadable: rows.length - anew.length };
    });
  }

  private resealed({ owner, sealed }: SealedValue): (SealedValue & { resealed: string })[] {
    try {
      return [{ owner, sealed, resealed: this.secrets.reseal(sealed, owner) }];
    } catch (error) {
      if (error instanceof SecretUnreadable) return []; // It is counted, and reported when everything else is done.
      throw error;
    }
  }
}

function selectOf({ table, column, owner, where = 'true' }: SealedColumn): string {
  return `
    SELECT ${owner} AS owner, "${column}" AS sealed FROM "${table}"
     WHERE split_part("${column}", '.', 2) = ANY ($1::text[]) AND ${where} AND ${owner} > $2
     ORDER BY ${owner} LIMIT ${batch} FOR NO KEY UPDATE SKIP LOCKED`;
}

/** Writes only if the old value is unchanged: a concurrent rotation wins. */
function updateOf({ table, column, owner }: SealedColumn): string {
  return `
    UPDATE "${table}" SET "${column}" = given.resealed
      FROM unnest($1::text[], $2::text[], $3::text[]) AS given (owner, sealed, resealed)
     WHERE ${owner} = given.owner AND "${column}" = given.sealed`;
}
