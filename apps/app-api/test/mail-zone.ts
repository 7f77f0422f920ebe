import { createSocket, type Socket } from 'node:dgram';

const types = { A: 1, MX: 15, TXT: 16 } as const;

/** A name server that answers from a zone of a test's own, over UDP. Names that it does not know do not exist. */
export class MailZone {
  /** By name: TXT records. */
  readonly texts = new Map<string, string>();
  /** By name: the host of the one MX record. */
  readonly exchanges = new Map<string, string>();
  /** Names for which it stays silent. */
  readonly silent = new Set<string>();

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, peer) => {
      const answer = this.answer(query);
      if (answer !== undefined) socket.send(answer, peer.port, peer.address);
    });
  }

  static async open(): Promise<MailZone> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new MailZone(socket);
  }

  /** As MAIL_DNS_SERVERS names it. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  close(): void {
    this.socket.close();
  }

  private answer(query: Buffer): Buffer | undefined {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.subarray(at + 1, at + 1 + length).toString('ascii'));
      at += length + 1;
    }
    const name = labels.join('.').toLowerCase();
    if (this.silent.has(name)) return undefined;
    const question = query.subarray(12, at + 5);
    const type = query.readUInt16BE(at + 1);
    const data = type === types.TXT ? textData(this.texts.get(name)) : mxData(type, this.exchanges.get(name));
    const header = Buffer.from(query.subarray(0, 12));
    const isKnown = this.texts.has(name) || this.exchanges.has(name);
    header.writeUInt16BE(0x8180 | (isKnown ? 0 : 3), 2); // 3: there is no such name.
    header.writeUInt16BE(data === undefined ? 0 : 1, 6);
    header.fill(0, 8);
    return Buffer.concat([header, question, ...(data === undefined ? [] : [record(type, data)])]);
  }
}

function textData(text: string | undefined): Buffer | undefined {
  if (text === undefined) return undefined;
  const strings = (text.match(/.{1,255}/gs) ?? []).map((piece) => Buffer.from(`\0${piece}`));
  for (const piece of strings) piece[0] = piece.length - 1;
  return Buffer.concat(strings);
}

function mxData(type: number, host: string | undefined): Buffer | undefined {
  if (type !== types.MX || host === undefined) return undefined;
  const labels = host.split('.').map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`));
  return Buffer.concat([Buffer.from([0, 10]), ...labels, Buffer.from([0])]);
}

function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0); // The name of the question.
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(1, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
