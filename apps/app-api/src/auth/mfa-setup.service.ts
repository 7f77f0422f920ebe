import { MfaStore, otpauthUrl } from '@helpdeskly/auth';
import { TokenInvalid } from '@helpdeskly/errors';
import type { Actor, MfaSecretDto } from '@helpdeskly/http';
import { TenantContext, TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import { DataCiphers } from '../edge/data-ciphers.js';
import { MfaActivation } from './mfa-activation.service.js';

/** How users set their second factor up. */
@Injectable()
export class MfaSetup {
  private readonly store = new MfaStore('tenant');

  constructor(
    private readonly db: TenantDatabase,
    private readonly context: TenantContext,
    private readonly ciphers: DataCiphers,
    private readonly activation: MfaActivation,
  ) {}

  /** A new secret, which does not count until it is confirmed. Throws MfaEnabled. */
  async begin({ id }: Actor): Promise<MfaSecretDto> {
    const cipher = await this.ciphers.current();
    const user = await this.db.client.user.findUnique({ where: { id }, select: { email: true } });
    if (user === null) throw new TokenInvalid();
    const secret = await this.db.transaction((tx) => this.store.begin(tx, cipher, id));
    const issuer = `Helpdeskly ${this.context.current.tenant.slug}`;
    return { secret, otpauthUrl: otpauthUrl(secret, { issuer, account: user.email }) };
  }

  /** Turns it on; returns the recovery codes. Throws NotFound, MfaEnabled, InvalidCredentials, RateLimited, LoginBusy. */
  async confirm(actor: Actor, code: string, address: string): Promise<string[]> {
    const cipher = await this.ciphers.current();
    return this.activation.turnOn(actor, address, (tx) => this.store.confirm(tx, cipher, actor.id, code));
  }
}
