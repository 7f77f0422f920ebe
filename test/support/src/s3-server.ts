import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type S3rver from '@20minutes/s3rver';

const bucket = 'attachments';

/** A server that speaks S3, with one bucket that is empty. */
export class S3Server {
  private constructor(
    private readonly server: S3rver,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<S3Server> {
    // The SDK finds credentials where it always looks; the server knows no others.
    process.env.AWS_ACCESS_KEY_ID = 'S3RVER';
    process.env.AWS_SECRET_ACCESS_KEY = 'S3RVER';
    const folder = await mkdtemp(join(tmpdir(), 'helpdeskly-s3-'));
    const { default: Server } = await import('@20minutes/s3rver'); // It takes a while to load, in every test otherwise.
    const server = new Server({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory: folder,
      configureBuckets: [{ name: bucket }],
      allowMismatchedSignatures: true, // It signs `/bucket/?list-type=2` otherwise than Amazon does.
    });
    return new S3Server(server, folder, (await server.run()).port);
  }

  /** The variables that lead to it, and away from any folder. */
  get environment(): Readonly<Record<string, string>> {
    return {
      ATTACHMENTS_DIR: '',
      S3_BUCKET: bucket,
      S3_ENDPOINT: `http://127.0.0.1:${this.port}`,
      S3_FORCE_PATH_STYLE: 'true',
    };
  }

  async stop(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
