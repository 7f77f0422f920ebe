import type { OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { isLoopback } from './loopback.js';
import { messageOf } from './mail-message.js';
import { Relay, type OutgoingMail } from './relay.js';

/** Milliseconds. RFC 5321 has a client wait ten minutes for the answer to a mail: one given up earlier may have been taken. */
const timeouts = { connectionTimeout: 15_000, greetingTimeout: 30_000, socketTimeout: 600_000 };
/** Of a whole attempt, against a relay that answers drop by drop. */
const longestMs = 900_000;

/** Gives mails to a relay by SMTP, over connections that are kept and shared. */
export class SmtpRelay extends Relay implements OnApplicationShutdown {
  private readonly transport: Transporter;

  /** `connections`: at most so many at once. */
  constructor(url: string, connections: number) {
    super();
    this.transport = createTransport({
      url,
      pool: true,
      maxConnections: connections,
      maxRequeues: 0, // We try again ourselves, later: a connection that ended may have carried the mail.
      ...timeouts,
      ...securityOf(url),
    });
    this.transport.on('error', () => undefined); // The mail that was being sent has it too.
  }

  async send(mail: OutgoingMail): Promise<void> {
    await this.transport.sendMail({ ...messageOf(mail), signal: AbortSignal.timeout(longestMs) });
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}

/**
 * Mail between servers is encrypted when both can, by whatever certificate (RFC 7435): else it would leave unencrypted. Where a password
 * is sent, or smtps is asked for, the certificate counts. Nobody stands between us and our own host.
 */
function securityOf(relay: string): { readonly requireTLS?: boolean; readonly tls: { rejectUnauthorized: boolean } } {
  const url = new URL(relay);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isOwnHost = host === 'localhost' || isLoopback(host);
  const isVerified = !isOwnHost && (url.username !== '' || url.protocol === 'smtps:');
  return { requireTLS: isVerified && url.protocol === 'smtp:', tls: { rejectUnauthorized: isVerified } };
}
