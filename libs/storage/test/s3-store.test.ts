import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { readAppConfig } from '@helpdeskly/config';
import { openBlobStore } from '@helpdeskly/storage';
import { describeBlobStore } from './blob-store-suite.js';

// The SDK finds credentials where it always looks; the server knows no others.
process.env.AWS_ACCESS_KEY_ID = 'S3RVER';
process.env.AWS_SECRET_ACCESS_KEY = 'S3RVER';

describeBlobStore('S3', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'helpdeskly-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: 'attachments' }],
    allowMismatchedSignatures: true, // It signs `/bucket/?list-type=2` otherwise than Amazon does.
  });
  const { port } = await server.run();
  const open = async (bucket: string) => {
    const { storage } = readAppConfig({
      CATALOG_DATABASE_URL: 'postgres://localhost/x',
      ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
      S3_BUCKET: bucket,
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_FORCE_PATH_STYLE: 'true',
    });
    if (storage === undefined) throw new Error('no storage is configured');
    return openBlobStore(storage);
  };
  const [store, unreachable] = [await open('attachments'), await open('another')];
  return {
    store,
    unreachable,
    close: async () => {
      store.close();
      unreachable.close();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
});
