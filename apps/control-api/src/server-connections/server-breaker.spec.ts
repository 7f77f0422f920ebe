import { describe, expect, it } from '@jest/globals';
import { StorageUnavailable } from '@helpdeskly/storage';
import { ServerBreaker, ServerRests } from './server-breaker.js';

const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const failing = (error: Error) => () => Promise.reject(error);
const fine = () => Promise.resolve('fine');

describe('the breaker of a server', () => {
  it('makes others wait after an outage, and not for long work beside it', async () => {
    const breaker = new ServerBreaker();
    let finish = () => {};
    const long = breaker.beside('one', () => new Promise<void>((resolve) => (finish = resolve)));
    expect(await breaker.run('one', fine)).toBe('fine');
    await expect(breaker.run('one', failing(away()))).rejects.toThrow('ECONNREFUSED');
    await expect(breaker.run('one', fine)).rejects.toThrow(ServerRests);
    expect(await breaker.run('another', fine)).toBe('fine');
    finish();
    await long;
  });

  it('learns from long work that the server has gone away', async () => {
    const breaker = new ServerBreaker();
    await expect(breaker.beside('one', failing(away()))).rejects.toThrow('ECONNREFUSED');
    await expect(breaker.run('one', fine)).rejects.toThrow(ServerRests);
  });

  it('takes storage that is away for no outage of the server', async () => {
    const breaker = new ServerBreaker();
    const storage = new StorageUnavailable(away());
    await expect(breaker.run('one', failing(storage))).rejects.toThrow(StorageUnavailable);
    await expect(breaker.beside('one', failing(storage))).rejects.toThrow(StorageUnavailable);
    expect(await breaker.run('one', fine)).toBe('fine');
  });
});
