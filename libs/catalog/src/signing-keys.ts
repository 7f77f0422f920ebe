import { createPrivateKey, createPublicKey, generateKeyPair, randomUUID, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { ControlDatabase } from './control-database.js';
import { SigningPurpose } from './generated/enums.js';
import type { Secrets } from './secrets.js';
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
}

const lifetimeMs = 60_000;

/** The key pairs that sign access tokens, newest first, read again every minute and whenever they are forgotten. */
export class SigningKeys {
  private loading: Promise<readonly LoadedKey[]> | undefined;
  private loadedAt = 0;

  constructor(
    private readonly load: () => Promise<readonly SigningKeyRow[]>,
    private readonly secrets: Secrets,
  ) {}

  /** The key that signs now. */
  async current(): Promise<{ kid: string; privateKey: KeyObject }> {
    const [newest] = await this.keys();
    if (newest === undefined) throw new Error('there is no signing key');
    return newest;
  }

  async find(kid: string): Promise<KeyObject | undefined> {
    const known = (await this.keys()).find((key) => key.kid === kid);
    if (known !== undefined || Date.now() - this.loadedAt < 1000) return known?.publicKey;
    this.forget(); // Perhaps made a moment ago; asked for again once a second at most.
    return (await this.keys()).find((key) => key.kid === kid)?.publicKey;
  }

  /** The public keys, as RFC 7517 wants them. */
  async jwks(): Promise<readonly Record<string, unknown>[]> {
    return (await this.keys()).map((key) => key.jwk);
  }

  forget(): void {
    this.loading = undefined;
  }

  private keys(): Promise<readonly LoadedKey[]> {
    if (this.loading === undefined || Date.now() - this.loadedAt > lifetimeMs) {
      const loading = this.read();
      this.loading = loading;
      this.loadedAt = Date.now();
      loading.catch(() => {
        if (this.loading === loading) this.loading = undefined; // A failure is not cached.
      });
    }
    return this.loading;
  }

  private async read(): Promise<readonly LoadedKey[]> {
    const now = Date.now();
    const rows = (await this.load()).filter((row) => row.notAfter === null || row.notAfter.getTime() > now);
    return [...rows]
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.kid < b.kid ? 1 : -1))
      .map((row) => {
        const jwk = row.publicJwk as Record<string, unknown>;
        return {
          kid: row.kid,
          jwk,
          publicKey: createPublicKey({ key: jwk, format: 'jwk' }),
          privateKey: createPrivateKey(this.secrets.open(row.privateSecret, row.kid)),
        };
      });
  }
}

/** The keys of tenants' tokens, through the catalog: what app-api may read. */
export function tenantSigningKeys(catalog: TenantCatalog, secrets: Secrets): SigningKeys {
  const keys = new SigningKeys(() => catalog.query<SigningKeyRow>('SELECT * FROM "catalog"."signing_key"'), secrets);
  catalog.onSigningKeysChange(() => keys.forget());
  return keys;
}

/** The keys of operators' tokens. */
export function operatorSigningKeys(database: ControlDatabase, secrets: Secrets): SigningKeys {
  return new SigningKeys(() => database.client.signingKey.findMany({ where: { purpose: SigningPurpose.OPERATOR } }), secrets);
}

/** Makes a key pair for each purpose that has none. Safe to repeat, and from several processes at once. */
export async function ensureSigningKeys(database: ControlDatabase, secrets: Secrets): Promise<void> {
  for (const purpose of Object.values(SigningPurpose)) {
    if ((await database.client.signingKey.count({ where: { purpose } })) > 0) continue;
    const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    const kid = randomUUID();
    const publicJwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
    const privateSecret = secrets.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), kid);
    await database.transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('helpdeskly signing keys'))`;
      if ((await tx.signingKey.count({ where: { purpose } })) > 0) return;
      await tx.signingKey.create({ data: { kid, purpose, publicJwk, privateSecret } });
    });
  }
}
