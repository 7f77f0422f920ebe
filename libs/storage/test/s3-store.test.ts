import { readAppConfig } from '@helpdeskly/config';
import { openBlobStore } from '@helpdeskly/storage';
import { S3Server } from '@helpdeskly/testing/database';
import { describeBlobStore } from './blob-store-suite.js';

describeBlobStore('S3', async () => {
  const server = await S3Server.start();
  const open = async (more: object = {}) => {
    const { storage } = readAppConfig({
      CATALOG_DATABASE_URL: 'postgres://localhost/x',
      ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
      ...server.environment,
      ...more,
    });
    if (storage === undefined) throw new Error('no storage is configured');
    return openBlobStore(storage);
  };
  const [store, unreachable] = [await open(), await open({ S3_BUCKET: 'another' })];
  return {
    store,
    unreachable,
    close: async () => {
      store.close();
      unreachable.close();
      await server.stop();
    },
  };
});
