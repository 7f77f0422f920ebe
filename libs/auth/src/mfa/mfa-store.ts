import { randomBytes } from 'node:crypto';
import { NotFound, TokenInvalid } from '@helpdeskly/errors';
import { Secret } from 'otpauth';
import { InvalidCredentials, MfaEnabled } from '../errors.js';
import { createOneTimeToken, hashToken } from '../one-time-token.js';
import type { SqlRunner } from '../session-store.js';
import { newTotpSecret, totpStep } from './totp.js';

const tables = {
  tenant: { totp: '"UserTotp"', code: '"RecoveryCode"', challenge: '"MfaChallenge"', account: '"userId"' },
  control: {
    totp: '"OperatorTotp"',
    code: '"OperatorRecoveryCode"',
    challenge: '"OperatorMfaChallenge"',
    account: '"operatorId"',
  },
} as const;

/** Encrypts and decrypts the secret of an account's app. */
export interface TotpCipher {
  seal(secret: string, accountId: string): string;
  open(sealed: string, accountId: string): string;
}

/** A right password that waits for its second factor. `expiresIn` in seconds. */
export interface MfaChallenge {
  readonly mfaToken: string;
  readonly expiresIn: number;
}

const challengeSeconds = 300;
const triesAtMost = 5;
const recoveryCodes = 10;

/**
 * The second factor of accounts: an app with a secret (TOTP), ten recovery codes, and challenges, each between a right password
 * and the code that must follow. One class serves users and operators, whose tables differ only in name.
 */
export class MfaStore {
  private readonly names;

  constructor(schema: keyof typeof tables) {
    this.names = tables[schema];
  }

  async isOn(sql: SqlRunner, accountId: string): Promise<boolean> {
    const { totp, account } = this.names;
    const rows = await sql.$queryRawUnsafe<unknown[]>(
      `SELECT FROM ${totp} WHERE ${account} = $1::uuid AND "confirmedAt" IS NOT NULL`,
      accountId,
    );
    return rows.length > 0;
  }

  /** A new secret, which does not count until `confirm`. Throws MfaEnabled. */
  async begin(sql: SqlRunner, cipher: TotpCipher, accountId: string): Promise<string> {
    const { totp, account } = this.names;
    const secret = newTotpSecret();
    const written = await sql.$executeRawUnsafe(
      `INSERT INTO ${totp} (${account}, "totpSecret") VALUES ($1::uuid, $2)
       ON CONFLICT (${account}) DO UPDATE SET "totpSecret" = excluded."totpSecret", "createdAt" = now()
        WHERE ${totp}."confirmedAt" IS NULL`,
      accountId,
      cipher.seal(secret, accountId),
    );
    if (written === 0) throw new MfaEnabled();
    return secret;
  }

  /** Turns it on with a code of the new secret; returns the recovery codes. Throws NotFound, MfaEnabled, InvalidCredentials. */
  async confirm(sql: SqlRunner, cipher: TotpCipher, accountId: string, code: string): Promise<string[]> {
    const { totp, account } = this.names;
    const factor = await this.lock(sql, accountId);
    if (factor === undefined) throw new NotFound('secret to confirm');
    if (factor.confirmed) throw new MfaEnabled();
    const step = totpStep(cipher.open(factor.totpSecret, accountId), code);
    if (step === undefined) throw wrongCode();
    await sql.$executeRawUnsafe(
      `UPDATE ${totp} SET "confirmedAt" = now(), "lastStep" = $2 WHERE ${account} = $1::uuid`,
      accountId,
      step,
    );
    return this.newRecoveryCodes(sql, accountId);
  }

  /** Turns it off, for good; false if it was not on. */
  async turnOff(sql: SqlRunner, accountId: string): Promise<boolean> {
    const { totp, code, challenge, account } = this.names;
    const [row] = await sql.$queryRawUnsafe<{ wasOn: boolean }[]>(
      `DELETE FROM ${totp} WHERE ${account} = $1::uuid RETURNING "confirmedAt" IS NOT NULL AS "wasOn"`,
      accountId,
    );
    for (const table of [code, challenge])
      await sql.$executeRawUnsafe(`DELETE FROM ${table} WHERE ${account} = $1::uuid`, accountId);
    return row?.wasOn === true;
  }

  /** For an account whose password was right just now; deletes its expired challenges. */
  async challenge(sql: SqlRunner, accountId: string): Promise<MfaChallenge> {
    const { challenge, account } = this.names;
    const { token, hash } = createOneTimeToken('hdm');
    await sql.$executeRawUnsafe(
      `WITH expired AS (DELETE FROM ${challenge} WHERE ${account} = $2::uuid AND "expiresAt" <= now())
       INSERT INTO ${challenge} ("tokenHash", ${account}, "expiresAt") VALUES ($1, $2::uuid, now() + $3 * interval '1 second')`,
      hash,
      accountId,
      challengeSeconds,
    );
    return { mfaToken: token, expiresIn: challengeSeconds };
  }

  /** The account of a challenge that can still be met. */
  async challenged(sql: SqlRunner, mfaToken: string): Promise<string | undefined> {
    const { challenge, account } = this.names;
    const [row] = await sql.$queryRawUnsafe<{ accountId: string }[]>(
      `SELECT ${account}::text AS "accountId" FROM ${challenge}
        WHERE "tokenHash" = $1 AND "expiresAt" > now() AND "tries" < ${triesAtMost}`,
      hashToken(mfaToken),
    );
    return row?.accountId;
  }

  /**
   * Meets a challenge with a code of the app or a recovery code, each of which works once. The transaction must commit even
   * after a wrong code, which uses up one of five tries; so this returns an outcome, not an error.
   */
  async meet(
    sql: SqlRunner,
    cipher: TotpCipher,
    mfaToken: string,
    code: string,
  ): Promise<MetChallenge | UnmetChallenge> {
    const { challenge, account } = this.names;
    const hash = hashToken(mfaToken);
    const [row] = await sql.$queryRawUnsafe<{ accountId: string }[]>(
      `UPDATE ${challenge} SET "tries" = "tries" + 1
        WHERE "tokenHash" = $1 AND "expiresAt" > now() AND "tries" < ${triesAtMost} RETURNING ${account}::text AS "accountId"`,
      hash,
    );
    if (row === undefined) return 'invalid';
    const met = await this.use(sql, cipher, row.accountId, code);
    if (met === undefined) return 'wrong';
    await sql.$executeRawUnsafe(`DELETE FROM ${challenge} WHERE "tokenHash" = $1`, hash);
    return met;
  }

  static isMet(outcome: MetChallenge | UnmetChallenge): outcome is MetChallenge {
    return outcome === 'met' || outcome === 'met-by-recovery-code';
  }

  /** What `meet` answered as the error that a client is told. */
  static refused(outcome: UnmetChallenge): InvalidCredentials | TokenInvalid {
    if (outcome === 'wrong') return wrongCode();
    return new TokenInvalid('The mfaToken is unknown, used or expired. Sign in again.');
  }

  private async use(
    sql: SqlRunner,
    cipher: TotpCipher,
    accountId: string,
    code: string,
  ): Promise<MetChallenge | undefined> {
    const { totp, code: recovery, account } = this.names;
    const factor = await this.lock(sql, accountId);
    if (factor?.confirmed !== true) return undefined;
    const step = totpStep(cipher.open(factor.totpSecret, accountId), code);
    const used =
      step !== undefined
        ? await sql.$executeRawUnsafe(
            `UPDATE ${totp} SET "lastStep" = $2 WHERE ${account} = $1::uuid AND "lastStep" < $2`,
            accountId,
            step,
          )
        : await sql.$executeRawUnsafe(
            `UPDATE ${recovery} SET "usedAt" = now() WHERE ${account} = $1::uuid AND "codeHash" = $2 AND "usedAt" IS NULL`,
            accountId,
            recoveryHash(accountId, code),
          );
    if (used === 0) return undefined;
    return step === undefined ? 'met-by-recovery-code' : 'met';
  }

  private async lock(sql: SqlRunner, accountId: string): Promise<Factor | undefined> {
    const { totp, account } = this.names;
    const [row] = await sql.$queryRawUnsafe<Factor[]>(
      `SELECT "totpSecret", "confirmedAt" IS NOT NULL AS "confirmed" FROM ${totp} WHERE ${account} = $1::uuid FOR UPDATE`,
      accountId,
    );
    return row;
  }

  private async newRecoveryCodes(sql: SqlRunner, accountId: string): Promise<string[]> {
    const { code, account } = this.names;
    const codes = Array.from({ length: recoveryCodes }, newRecoveryCode);
    await sql.$executeRawUnsafe(`DELETE FROM ${code} WHERE ${account} = $1::uuid`, accountId);
    for (const each of codes)
      await sql.$executeRawUnsafe(
        `INSERT INTO ${code} ("codeHash", ${account}) VALUES ($1, $2::uuid)`,
        recoveryHash(accountId, each),
        accountId,
      );
    return codes;
  }
}

/** A code that met a challenge. */
type MetChallenge = 'met' | 'met-by-recovery-code';

/** A code that met no challenge: it was wrong, or there is no such challenge that can still be met. */
type UnmetChallenge = 'wrong' | 'invalid';

const wrongCode = () => new InvalidCredentials('The code is wrong.');

interface Factor {
  readonly totpSecret: string;
  readonly confirmed: boolean;
}

/** 80 bits, as `xxxx-xxxx-xxxx-xxxx`: enough that a fast hash hides it. */
function newRecoveryCode(): string {
  const text = new Secret({ buffer: new Uint8Array(randomBytes(10)).buffer }).base32.toLowerCase();
  return (text.match(/.{4}/g) ?? []).join('-');
}

/** People may leave out hyphens and spaces, and write capitals. */
function recoveryHash(accountId: string, code: string): Uint8Array<ArrayBuffer> {
  return hashToken(`${accountId} ${code.replace(/[\s-]/g, '').toLowerCase()}`);
}
