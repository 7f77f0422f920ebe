import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataCiphers } from './data-ciphers.js';

/** So often the catalog is asked at most for one tenant's key, whoever sends what. */
const keptMs = 600_000;

/**
 * The keys of the checksums in tenants' API keys, one for each tenant: derived from its data key, which stays the same when
 * ENCRYPTION_KEYS are replaced.
 */
@Injectable()
export class ApiKeyChecksums {
  private readonly known = new LRUCache<string, Promise<Buffer>>({ max: 10_000, ttl: keptMs });

  constructor(private readonly ciphers: DataCiphers) {}

  /** Throws what DataCiphers.of throws. */
  keyOf(tenantId: string): Promise<Buffer> {
    const known = this.known.get(tenantId);
    if (known !== undefined) return known;
    const reading = this.derive(tenantId);
    this.known.set(tenantId, reading);
    reading.catch(() => this.known.delete(tenantId));
    return reading;
  }

  private async derive(tenantId: string): Promise<Buffer> {
    const cipher = await this.ciphers.of(tenantId);
    const [key] = cipher.fingerprints(['API key checksum', tenantId]);
    if (key === undefined) throw new Error('a data key has no fingerprint');
    return key;
  }
}
