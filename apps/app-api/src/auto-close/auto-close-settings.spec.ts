import { describe, expect, it } from '@jest/globals';
import { readAppConfig } from '@helpdeskly/config';
import { AutoCloseSettings } from './auto-close-settings.js';

const settings = (more: Record<string, string>) =>
  new AutoCloseSettings(
    readAppConfig({
      CATALOG_DATABASE_URL: 'postgres://reader@db/control',
      ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
      ...more,
    }),
  );
const queue = { QUEUE_DATABASE_URL: 'postgres://queue@db/control' };

describe('the queue of auto-close', () => {
  it('is in PostgreSQL, in a schema of its own, or in Redis when there is one', () => {
    expect(settings(queue).place).toMatchObject({
      redisUrl: undefined,
      databaseUrl: queue.QUEUE_DATABASE_URL,
      schema: 'app_queues',
    });
    expect(settings({ ...queue, REDIS_URL: 'redis://r' }).place).toMatchObject({ redisUrl: 'redis://r' });
  });

  it('is none with TICKET_AUTO_CLOSE=0s, and nothing lacks', () => {
    expect(settings({ ...queue, TICKET_AUTO_CLOSE: '0s' })).toMatchObject({ place: undefined, lacksQueue: false });
  });

  it('is none without a place for it, which is told', () => {
    expect(settings({})).toMatchObject({ place: undefined, lacksQueue: true });
  });
});
