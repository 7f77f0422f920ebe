import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { CatalogTenant } from '@helpdeskly/catalog';
import type { AppConfig } from '@helpdeskly/config';
import { describeFailure } from '@helpdeskly/database';
import { TrustedProxies } from '@helpdeskly/http';
import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { MailRefused, otherTenant, tooLarge, tooManyRecipients, tryAgain } from './errors.js';
import { MailDeliveries } from './mail-deliveries.js';
import { MailRecipients } from './mail-recipients.js';

const largestMessage = 25 * 1024 * 1024;
const mostRecipients = 100;
const mostClients = 500;
/** Of messages that are on their way in: more of them wait outside. */
const mostBytes = 128 * 1024 * 1024;
const closesWithinMs = 10_000;

/** Where mail arrives, as it is configured. */
export class SmtpSettings {
  constructor(
    readonly mail: AppConfig['mail'],
    readonly host: string,
  ) {}
}

/** `admitted` counts recipients as they were named: a server keeps one that is named twice once. */
interface OpenTransaction {
  readonly number: number;
  /** To whom all of its recipients belong; undefined: to the operators. */
  readonly tenant: CatalogTenant | undefined;
  readonly admitted: number;
}

/** Receives mail by SMTP (RFC 5321). What it answers with 250 is on disk. */
@Injectable()
export class SmtpListener implements BeforeApplicationShutdown {
  private readonly log = new Logger('SmtpListener');
  private readonly relays: TrustedProxies;
  /** Of the open transactions: to whom all of their recipients belong. */
  private readonly tenants = new WeakMap<SMTPServerSession, OpenTransaction>();
  /** Sessions whose peer is one of our relays, whatever XCLIENT says later. */
  private readonly relayed = new WeakSet<SMTPServerSession>();
  private server: SMTPServer | undefined;
  private bytesIn = 0;

  constructor(
    private readonly settings: SmtpSettings,
    private readonly recipients: MailRecipients,
    private readonly deliveries: MailDeliveries,
  ) {
    this.relays = new TrustedProxies(settings.mail.trustedRelays);
  }

  /** Begins to listen where the configuration says, and answers the address; undefined when it names no port. */
  async listen(): Promise<AddressInfo | undefined> {
    const { smtpPort } = this.settings.mail;
    if (smtpPort === undefined) return undefined;
    const server = new SMTPServer(await this.options());
    server.on('error', (error) => this.log.debug(`A connection failed: ${error.message}`));
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', reject);
      server.listen(smtpPort, this.settings.host, () => resolve());
    });
    this.server = server;
    return server.server.address() as AddressInfo;
  }

  /** Transactions that have begun are ended first. */
  async beforeApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(resolve));
  }

  private async options(): Promise<SMTPServerOptions> {
    const { mail } = this.settings;
    const tls = mail.tls && { cert: await readFile(mail.tls.certFile), key: await readFile(mail.tls.keyFile) };
    const disabledCommands = ['AUTH', ...(tls === undefined ? ['STARTTLS'] : [])];
    return {
      ...tls,
      name: mail.domain,
      banner: 'Helpdeskly',
      size: largestMessage,
      rejectOversized: true,
      hideENHANCEDSTATUSCODES: true, // Its own do not fit our answers, which begin with theirs.
      disabledCommands,
      authOptional: true,
      maxAllowedUnauthenticatedCommands: false,
      disableReverseLookup: true,
      logger: false,
      maxClients: mostClients,
      closeTimeout: closesWithinMs,
      useXClient: mail.trustedRelays.length > 0,
      onConnect: (session, done) => {
        if (this.relays.isTrusted(session.remoteAddress)) this.relayed.add(session);
        else session.disabledCommands = [...disabledCommands, 'XCLIENT'];
        done();
      },
      onRcptTo: ({ address }, session, done) => this.answer(this.admit(address, session), done),
      onData: (stream, session, done) => this.answer(this.take(stream, session), done),
    };
  }

  /** Whatever fails without a reply of its own asks the sender to try again. */
  private answer(work: Promise<void>, done: (error?: Error | null) => void): void {
    work.then(
      () => done(null),
      (error: unknown) => {
        if (error instanceof MailRefused) return done(error);
        this.log.warn(`Mail is not taken for now: ${describeFailure(error)}`);
        done(tryAgain());
      },
    );
  }

  private async admit(address: string, session: SMTPServerSession): Promise<void> {
    const { transaction: number, envelope } = session;
    const last = this.tenants.get(session);
    const open = last?.number === number && envelope.rcptTo.length > 0 ? last : undefined;
    if (open !== undefined && open.admitted >= mostRecipients) throw tooManyRecipients();
    const tenant = await this.recipients.tenantOf(address);
    if (open !== undefined && open.tenant?.id !== tenant?.id) throw otherTenant();
    this.tenants.set(session, { number, tenant, admitted: (open?.admitted ?? 0) + 1 });
  }

  private async take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const open = this.tenants.get(session);
    const pieces: Buffer[] = [];
    let size = 0;
    let held = 0;
    try {
      for await (const piece of stream as AsyncIterable<Buffer>) {
        size += piece.length;
        if (size > largestMessage || this.bytesIn + piece.length > mostBytes) {
          this.bytesIn -= held; // What is refused holds no place while the rest of it comes in.
          held = 0;
          pieces.length = 0;
        } else if (held === size - piece.length) {
          pieces.push(piece);
          held += piece.length;
          this.bytesIn += piece.length;
        }
      }
      if (size > largestMessage) throw tooLarge();
      const raw = Buffer.concat(pieces);
      if (open === undefined || raw.length !== size) throw tryAgain();
      await this.deliveries.deliver(open.tenant, { raw, ...this.envelopeOf(session) });
    } finally {
      this.bytesIn -= held;
    }
  }

  /** A relay's own address says nothing of the sender: it counts only where XCLIENT has told another. */
  private envelopeOf(session: SMTPServerSession) {
    const { mailFrom, rcptTo } = session.envelope;
    const relayed = this.relayed.has(session);
    const isTold = !relayed || session.xClient.has('ADDR');
    return {
      envelopeFrom: mailFrom === false ? '' : mailFrom.address,
      envelopeTo: rcptTo.map(({ address }) => address),
      clientAddress: isTold ? session.remoteAddress : null,
      clientName: isTold ? session.hostNameAppearsAs || null : null,
      relayed,
    };
  }
}
