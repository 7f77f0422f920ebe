import { generateKeyPairSync } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { createTransport } from 'nodemailer';

const domain = 'senders.example';
const selector = 'bench';
/** As many mails of one sender are filed within an hour, by far. */
const perSender = 10;
const connections = 20;
const sentence = 'The printer on the second floor prints every page twice since the update of last week. ';

/** A mail and where it goes. */
export interface Sent {
  readonly from: string;
  readonly to: string;
  readonly raw: Buffer;
}

/** People of a domain that signs its mails and publishes a policy, as most do, and the name server that says so. */
export class MailSenders {
  private readonly texts: ReadonlyMap<string, string>;
  private readonly dkim: { readonly domainName: string; readonly keySelector: string; readonly privateKey: string };
  private count = 0;

  private constructor(private readonly socket: Socket) {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    this.texts = new Map([
      [`${selector}._domainkey.${domain}`, `v=DKIM1; k=rsa; p=${key}`],
      [`_dmarc.${domain}`, 'v=DMARC1; p=reject'],
    ]);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    this.dkim = { domainName: domain, keySelector: selector, privateKey: pem };
    socket.on('message', (query, peer) => socket.send(this.answer(query), peer.port, peer.address));
  }

  static async open(): Promise<MailSenders> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new MailSenders(socket);
  }

  /** As MAIL_DNS_SERVERS names it. */
  get nameServer(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  close(): void {
    this.socket.close();
  }

  /** New mails of some 5 kB, text and HTML, to each of these addresses in turn. */
  async write(count: number, to: readonly string[]): Promise<Sent[]> {
    const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows', dkim: this.dkim });
    const mails: Sent[] = [];
    for (let index = 0; index < count; index++) {
      const number = ++this.count;
      const from = `person-${Math.floor(number / perSender)}@${domain}`;
      const recipient = to[index % to.length] as string;
      const { message } = await writer.sendMail({
        from,
        to: recipient,
        subject: `Printer ${number}`,
        text: sentence.repeat(20),
        html: `<p>${sentence.repeat(20)}</p>`,
      });
      mails.push({ from, to: recipient, raw: message as Buffer });
    }
    return mails;
  }

  /** The TXT record of a name that there is; other names do not exist. */
  private answer(query: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('ascii', at + 1, at + 1 + length));
      at += length + 1;
    }
    const text = this.texts.get(labels.join('.').toLowerCase());
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(text === undefined ? 0x8183 : 0x8180, 2); // 3: there is no such name.
    header.writeUInt16BE(text === undefined ? 0 : 1, 6);
    header.fill(0, 8);
    return Buffer.concat([header, query.subarray(12, at + 5), ...(text === undefined ? [] : [record(text)])]);
  }
}

/** Sends mails, some connections at a time, until the last one is answered 250; throws when one is refused. */
export async function send(port: number, mails: readonly Sent[]): Promise<void> {
  const client = createTransport({
    host: '127.0.0.1',
    port,
    pool: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    ignoreTLS: true,
  });
  try {
    await Promise.all(mails.map(({ from, to, raw }) => client.sendMail({ envelope: { from, to: [to] }, raw })));
  } finally {
    client.close();
  }
}

function record(text: string): Buffer {
  const strings = (text.match(/.{1,255}/g) ?? []).flatMap((piece) => [Buffer.from([piece.length]), Buffer.from(piece)]);
  const data = Buffer.concat(strings);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0); // The name of the question.
  head.writeUInt16BE(16, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(300, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
