import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { isConnectionFailure } from '@helpdeskly/database';
import type { Registry } from 'prom-client';
import type { ControlDatabase } from './control-database.js';
import { CatalogUnavailable } from './errors.js';
import { SigningPurpose } from './generated/enums.js';
import type { Secrets } from './secrets.js';
import { SigningKeyMetrics } from './signing-key-metrics.js';
import type { TenantCatalog } from './tenant-catalog.js';

/** A row of SigningKey, or of the view `catalog.signing_key`. */
interface SigningKeyRow {
  readonly kid: string;
  readonly publicJwk: unknown;
  readonly privateSecret: string;
  readonly createdAt: Date;
  readonly notAfter: Date | null;
}

interface LoadedKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly jwk: Record<string, unknown>;
  readonly createdAt: number;
  readonly notAfter: number;
}

/** Milliseconds. */
export interface SigningKeysOptions {
  /** After this time the keys are read again even without a notification. */
  readonly lifetimeMs?: number;
  /** For this additional time they serve while they cannot be read. */
  readonly staleMs?: number;
  /** A monotonic clock; the default is performance.now(). */
  readonly clock?: () => number;
}

/** An unknown `kid` may be new; we look it up at most once in this time. */
const unknownKidMs = 1000;
/** A new key only verifies for this time: by then every process knows it, by notification or because it may look it up again. */
const introductionMs = 2000;

/**
 * The key pairs that sign access tokens, newest first. It reads them again every minute and after every change. If they
 * cannot be read, the known keys serve for as long as known tenants do.
 */
export class SigningKeys {
  private known: { readonly keys: readonly LoadedKey[]; readonly readAt: number } | undefined;
  private reading: Promise<readonly LoadedKey[]> | undefined;
  private readonly lifetimeMs: number;
  private readonly staleMs: number;
  private readonly clock: () => number;
  private readonly metrics = new SigningKeyMetrics();

  constructor(
    private readonly load: () => Promise<readonly SigningKeyRow[]>,
    private readonly secrets: Secrets,
    options: SigningKeysOptions = {},
  ) {
    this.lifetimeMs = options.lifetimeMs ?? 60_000;
    this.staleMs = options.staleMs ?? 30_000;
    this.clock = options.clock ?? (() => performance.now());
  }

  /** The key that signs now: the newest one past its introduction, or the one known longest. Throws CatalogUnavailable. */
  async current(): Promise<{ kid: string; privateKey: KeyObject }> {
    const keys = await this.valid(this.lifetimeMs);
    const introduced = keys.find(({ createdAt }) => createdAt <= Date.now() - introductionMs);
    const signs = introduced ?? keys.at(-1);
    if (signs === undefined) throw new Error('there is no signing key');
    return signs;
  }

  /** Throws CatalogUnavailable. */
  async find(kid: string): Promise<KeyObject | undefined> {
    const find = (keys: readonly LoadedKey[]) => keys.find((key) => key.kid === kid)?.publicKey;
    return find(await this.valid(this.lifetimeMs)) ?? find(await this.valid(unknownKidMs));
  }

  /** The public keys in the form of RFC 7517. Throws CatalogUnavailable. */
  async jwks(): Promise<readonly Record<string, unknown>[]> {
    return (await this.valid(this.lifetimeMs)).map((key) => key.jwk);
  }

  /** The keys have changed. */
  forget(): void {
    this.known = undefined;
    this.reading = undefined;
  }

  register(registry: Registry): void {
    this.metrics.register(registry, () => this.known?.keys.length ?? 0);
  }

  private async valid(maxAgeMs: number): Promise<readonly LoadedKey[]> {
    return (await this.keys(maxAgeMs)).filter(({ notAfter }) => notAfter > Date.now());
  }

  /** The keys, read at most `maxAgeMs` ago. Concurrent callers share one read. */
  private async keys(maxAgeMs: number): Promise<readonly LoadedKey[]> {
    const { known } = this;
    const age = known === undefined ? Number.POSITIVE_INFINITY : this.clock() - known.readAt;
    if (known !== undefined && age < maxAgeMs) return known.keys;
    try {
      return await (this.reading ?? this.read());
    } catch (error) {
      const unreachable = error instanceof CatalogUnavailable || isConnectionFailure(error);
      if (known !== undefined && unreachable && age < this.lifetimeMs + this.staleMs) return known.keys;
      throw error;
    }
  }

  private read(): Promise<readonly LoadedKey[]> {
    this.metrics.reads++;
    const readAt = this.clock();
    const reading: Promise<readonly LoadedKey[]> = this.load()
      .then((rows) => {
        const keys = this.opened(rows);
        if (this.reading === reading) this.known = { keys, readAt }; // Otherwise they have changed meanwhile.
        return keys;
      })
      .catch((error: unknown) => {
        this.metrics.failures++;
        throw error;
      })
      .finally(() => {
        if (this.reading === reading) this.reading = undefined;
      });
    this.reading = reading;
    return reading;
  }

  private opened(rows: readonly SigningKeyRow[]): readonly LoadedKey[] {
    return [...rows]
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.kid < b.kid ? 1 : -1))
      .map((row) => {
        const jwk = row.publicJwk as Record<string, unknown>;
        return {
          kid: row.kid,
          jwk,
          publicKey: createPublicKey({ key: jwk, format: 'jwk' }),
          privateKey: createPrivateKey(this.secrets.open(row.privateSecret, row.kid)),
          createdAt: row.createdAt.getTime(),
          notAfter: row.notAfter?.getTime() ?? Number.POSITIVE_INFINITY,
        };
      });
  }
}

/** The keys of tenants' tokens, read through the catalog, as app-api may. */
export function tenantSigningKeys(catalog: TenantCatalog, secrets: Secrets, options?: SigningKeysOptions): SigningKeys {
  const load = () => catalog.query<SigningKeyRow>('SELECT * FROM "catalog"."signing_key"');
  const keys = new SigningKeys(load, secrets, options);
  catalog.onSigningKeysChange(() => keys.forget());
  return keys;
}

/** The keys of operators' tokens. `catalog` reports their changes. */
export function operatorSigningKeys(database: ControlDatabase, catalog: TenantCatalog, secrets: Secrets): SigningKeys {
  const load = () => database.client.signingKey.findMany({ where: { purpose: SigningPurpose.OPERATOR } });
  const keys = new SigningKeys(load, secrets);
  catalog.onSigningKeysChange(() => keys.forget());
  return keys;
}
