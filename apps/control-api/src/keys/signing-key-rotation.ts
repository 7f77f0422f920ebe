import { ControlDatabase, lockSigningKeys, newSigningKey, Secrets, SigningPurpose } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { recordEvent, recordSystemEvent, type Origin } from '../audit/audit-trail.js';
import type { RotateSigningKeysDto } from './keys.dto.js';

/**
 * How long a former key verifies: the 15 minutes of an access token, plus time for processes that cannot reach the
 * control database and still sign with the keys that they know, or whose clock differs.
 */
const overlapMinutes = 20;
const keptHours = 24;

/** Replaces the keys that sign access tokens. */
@Injectable()
export class SigningKeyRotation {
  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
  ) {}

  /** The commit notifies every process of both APIs. */
  async rotate(origin: Origin, { purpose, revoke = false }: RotateSigningKeysDto): Promise<void> {
    const purposes = purpose === undefined ? Object.values(SigningPurpose) : [purpose];
    const made = await Promise.all(purposes.map((each) => newSigningKey(this.secrets, each)));
    await this.control.transaction(async (tx) => {
      await lockSigningKeys(tx);
      for (const data of made) {
        const former = await tx.$queryRaw<{ kid: string }[]>`
          UPDATE "SigningKey"
             SET "notAfter" = clock_timestamp() + make_interval(mins => ${revoke ? 0 : overlapMinutes}::int)
           WHERE "purpose" = ${data.purpose}::"SigningPurpose"
             AND ("notAfter" IS NULL OR (${revoke} AND "notAfter" > clock_timestamp())) RETURNING "kid"`;
        await tx.signingKey.create({ data, select: { kid: true } });
        const details = { purpose: data.purpose, kid: data.kid, former: former.map(({ kid }) => kid), revoked: revoke };
        await recordEvent(tx, origin, { action: 'signing_key.rotated', details });
      }
    });
  }

  /** Deletes keys that have been invalid for a day. */
  async removeRetired(): Promise<void> {
    const retired = await this.control.client.$queryRaw<{ kid: string }[]>`
      SELECT "kid" FROM "SigningKey" WHERE "notAfter" < clock_timestamp() - make_interval(hours => ${keptHours}::int)`;
    for (const { kid } of retired) {
      await this.control.transaction(async (tx) => {
        const { count } = await tx.signingKey.deleteMany({ where: { kid } });
        if (count > 0) await recordSystemEvent(tx, { action: 'signing_key.removed', details: { kid } });
      });
    }
  }
}
