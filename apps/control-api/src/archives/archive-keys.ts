import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ArchiveInvalid, keyName, tenantSpace } from '@helpdeskly/archive';
import { ControlDatabase, newArchiveKey, openArchiveKey, Secrets, type Prisma } from '@helpdeskly/catalog';
import { BlobNotFound, type BlobAddress } from '@helpdeskly/storage';
import { Injectable } from '@nestjs/common';
import { ArchiveStore } from './archive-store.js';

type Transaction = Prisma.TransactionClient;

/**
 * The keys of tenants' archives: one each, as old as its oldest archive. Without it archives are noise, so deleting it deletes them at once,
 * wherever copies of them are.
 */
@Injectable()
export class ArchiveKeys {
  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
    private readonly store: ArchiveStore,
  ) {}

  /**
   * Makes a tenant's key unless it has one, and locks it: until the transaction ends nobody destroys it. An INSERT that waited for a
   * deletion makes a new one.
   */
  async ensure(tx: Transaction, tenantId: string): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO "ArchiveKey" ("tenantId", "keySecret") VALUES (${tenantId}::uuid, ${newArchiveKey(this.secrets, tenantId)})
      ON CONFLICT ("tenantId") DO UPDATE SET "tenantId" = EXCLUDED."tenantId"`;
  }

  /** Nobody begins or ends an archive of this tenant until the transaction ends. */
  async lock(tx: Transaction, tenantId: string): Promise<void> {
    await tx.$executeRaw`SELECT FROM "ArchiveKey" WHERE "tenantId" = ${tenantId}::uuid FOR UPDATE`;
  }

  /** Throws ArchiveInvalid if it was destroyed. */
  async keyOf(tenantId: string): Promise<Buffer> {
    const row = await this.control.client.archiveKey.findUnique({ where: { tenantId } });
    if (row === null) throw new ArchiveInvalid('its key was destroyed');
    return openArchiveKey(this.secrets, tenantId, row.keySecret);
  }

  /** After an archive is gone, in the same transaction: destroys the key of the last one, or has the shared files tidied. */
  async release(tx: Transaction, tenantId: string): Promise<void> {
    await tx.$executeRaw`
      WITH used AS (SELECT EXISTS (SELECT FROM "Backup" WHERE "tenantId" = ${tenantId}::uuid AND "status" <> 'FAILED') AS "is"),
           untidy AS (UPDATE "ArchiveKey" SET "untidySince" = clock_timestamp()
                       WHERE "tenantId" = ${tenantId}::uuid AND (SELECT "is" FROM used))
      DELETE FROM "ArchiveKey" WHERE "tenantId" = ${tenantId}::uuid AND NOT (SELECT "is" FROM used)`;
  }

  /** Stores the encrypted key beside the archives too, for somebody who has lost the control database; again after a rotation. */
  async storeBeside(tenantId: string): Promise<void> {
    const row = await this.control.client.archiveKey.findUnique({ where: { tenantId } });
    if (row === null) return;
    const { keySecret } = row;
    const sha256 = sha256Of(keySecret);
    if (row.storedSha256 === sha256) return;
    const space = tenantSpace(tenantId);
    const present = await this.stored({ space, name: keyName });
    const hasOther = present !== undefined && ![sha256, row.storedSha256].includes(sha256Of(present));
    // Of archives that an older control database does not know.
    if (hasOther) await this.put({ space, name: `${keyName}-${sha256Of(present).slice(0, 32)}` }, present);
    await this.put({ space, name: keyName }, keySecret);
    await this.control.client.archiveKey.updateMany({ where: { tenantId, keySecret }, data: { storedSha256: sha256 } });
  }

  private async put(address: BlobAddress, content: string): Promise<void> {
    await this.store.blobs.put(address, Readable.from([Buffer.from(content)]));
  }

  private async stored(address: BlobAddress): Promise<string | undefined> {
    try {
      return await text(await this.store.blobs.get(address));
    } catch (error) {
      if (error instanceof BlobNotFound) return undefined;
      throw error;
    }
  }
}

function sha256Of(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
