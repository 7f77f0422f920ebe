import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** A mail as a relay took it. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  /** Header fields by lower-case name, unfolded. */
  readonly headers: ReadonlyMap<string, string>;
  /** Behind the header, with its quoted-printable undone. */
  readonly body: string;
}

/** Answers a step of SMTP: undefined accepts it, a text such as `450 4.2.0 Later.` refuses it. */
export type Reaction = (address: string) => string | undefined | Promise<string | undefined>;

/** A real SMTP server, to which the app API's mails leave. */
export class SmtpRelay {
  readonly taken: TakenMail[] = [];
  /** To each RCPT TO, and to each mail behind its final dot, by its recipient. */
  onRecipient: Reaction = () => undefined;
  onMail: Reaction = () => undefined;
  private readonly server: SMTPServer;

  private constructor() {
    this.server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      onRcptTo: ({ address }, _session, answer) => void this.answer(this.onRecipient, address, answer),
      onData: (stream, session, answer) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const mail = read(Buffer.concat(chunks).toString(), session);
          void this.answer(this.onMail, mail.to[0] ?? '', (error) => {
            if (error === null) this.taken.push(mail);
            answer(error);
          });
        });
      },
    });
    this.server.on('error', () => undefined); // Tests kill who talks to it.
  }

  static async start(port = 0): Promise<SmtpRelay> {
    const relay = new SmtpRelay();
    relay.server.listen(port, '127.0.0.1');
    await once(relay.server.server, 'listening');
    return relay;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  to(address: string): TakenMail[] {
    return this.taken.filter((mail) => mail.to.includes(address));
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async answer(reaction: Reaction, address: string, answer: (error: Error | null) => void): Promise<void> {
    const text = await reaction(address);
    if (text === undefined) return answer(null);
    answer(Object.assign(new Error(text.slice(4)), { responseCode: Number(text.slice(0, 3)) }));
  }
}

function read(raw: string, { envelope }: SMTPServerSession): TakenMail {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
  return { from, to: envelope.rcptTo.map(({ address }) => address), raw, headers, body: unquoted(raw.slice(end + 4)) };
}

/** What is not quoted-printable is left as it is. */
function unquoted(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
