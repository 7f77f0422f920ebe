import type { OnApplicationShutdown } from '@nestjs/common';
import type { MailSigning } from '../../mail-core/mail-signing.js';
import { Relay, type OutgoingMail } from './relay.js';

/** Has each mail signed before it goes on its way. */
export class SignedRelay extends Relay implements OnApplicationShutdown {
  constructor(
    private readonly relay: Relay & Partial<OnApplicationShutdown>,
    private readonly signing: MailSigning,
  ) {
    super();
  }

  /** Throws CatalogUnavailable, too. */
  async send(mail: OutgoingMail): Promise<void> {
    const signature = await this.signing.of(mail.from.address);
    await this.relay.send(signature === undefined ? mail : { ...mail, signature });
  }

  onApplicationShutdown(): void {
    void this.relay.onApplicationShutdown?.();
  }
}
