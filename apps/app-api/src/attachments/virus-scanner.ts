import { connect, type Socket } from 'node:net';
import type { ClamdAddress } from '@helpdeskly/config';
import { ServiceUnavailable } from '@helpdeskly/errors';
import { AttachmentInfected } from './errors.js';

const silenceMs = 30_000;
const longestAnswer = 4096;

/** One file that is being shown to a scanner. */
export interface Scan {
  /** Resolves when more may be shown. Throws as `verdict` does. */
  show(chunk: Buffer): Promise<void>;
  /** Resolves when everything was shown and nothing was found. Throws AttachmentInfected or ServiceUnavailable. */
  verdict(): Promise<void>;
  /** Lets go of the scanner, whether it is done or not. */
  end(): void;
}

/** Raised when the scanner cannot be reached, or does not answer what it should: what nobody has looked at stays out. */
class ScannerUnavailable extends ServiceUnavailable {
  constructor(cause?: unknown) {
    super('Files cannot be checked for viruses at the moment.', cause);
  }
}

/**
 * clamd, by its command INSTREAM: pieces with their length before them, an empty one at the end, and one line as answer.
 * Source: https://docs.clamav.net/manual/Usage/Scanning.html#clamd, and clamd(8)
 */
export class VirusScanner {
  constructor(private readonly address: ClamdAddress) {}

  begin(): Scan {
    return new ClamdScan(connect(this.address));
  }
}

class ClamdScan implements Scan {
  private answer = '';
  private readonly answered: Promise<void>;

  constructor(private readonly socket: Socket) {
    this.answered = new Promise((resolve, reject) => {
      socket.setTimeout(silenceMs, () => socket.destroy(new Error(`clamd was silent for ${silenceMs} ms`)));
      socket.on('data', (chunk) => {
        this.answer += chunk.toString('latin1');
        if (this.answer.length > longestAnswer) socket.destroy(new Error('clamd does not come to an end'));
        else if (this.answer.includes('\0')) this.settle(resolve, reject);
      });
      socket.once('error', (error) => reject(new ScannerUnavailable(error)));
      socket.once('close', () => reject(new ScannerUnavailable(new Error('clamd has hung up'))));
    });
    this.answered.catch(() => undefined); // Told to whoever shows something next.
    socket.write('zINSTREAM\0');
  }

  async show(chunk: Buffer): Promise<void> {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    this.socket.write(length);
    await this.sent(chunk);
  }

  async verdict(): Promise<void> {
    this.socket.write(Buffer.alloc(4));
    await this.answered;
  }

  end(): void {
    this.socket.destroy();
  }

  /** clamd may answer before it has seen everything: too much of it, or enough. */
  private async sent(chunk: Buffer): Promise<void> {
    const flushed = new Promise<void>((resolve) => {
      if (this.socket.write(chunk)) resolve();
      else this.socket.once('drain', resolve);
    });
    await Promise.race([flushed, this.answered]);
  }

  private settle(resolve: () => void, reject: (error: Error) => void): void {
    const [line = ''] = this.answer.split('\0', 1);
    const [, found] = /^stream: (.+) FOUND$/.exec(line) ?? [];
    if (found !== undefined) reject(new AttachmentInfected(found));
    else if (line === 'stream: OK') resolve();
    else reject(new ScannerUnavailable(new Error(`clamd says: ${line}`)));
  }
}
