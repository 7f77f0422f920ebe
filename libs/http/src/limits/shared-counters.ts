import type { OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/** A key's count in its current window, and the milliseconds until that window ends. */
export interface Counted {
  readonly count: number;
  readonly endsInMs: number;
}

export interface CountedKey {
  readonly key: string;
  /** When this key is past its limit, the keys after it are not counted. */
  readonly limit: number;
}

/** Redis answers in some tenths of a millisecond; a request must not wait longer than this many turns of so many milliseconds. */
const turns = 4;
const turnMs = 25;
/** What still has no answer then is forgotten. */
const forgottenMs = 2000;
const pauseMs = 1000;

/** Counts keys in order in one round trip, up to the first one past its limit. */
const script = `
local counted = {}
for i, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  local left = redis.call('PTTL', key)
  if left < 0 then
    left = tonumber(ARGV[1])
    redis.call('PEXPIRE', key, left)
  end
  counted[#counted + 1] = count
  counted[#counted + 1] = left
  if count > tonumber(ARGV[i + 1]) then break end
end
return counted`;

/** Adds the same number to every key, unless a key would pass its limit. */
const chargeScript = `
local charged = 1
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') + tonumber(ARGV[2]) > tonumber(ARGV[i + 2]) then charged = 0 end
end
local counted = { charged }
for i, key in ipairs(KEYS) do
  counted[#counted + 1] = redis.call('INCRBY', key, charged * tonumber(ARGV[2]))
  local left = redis.call('PTTL', key)
  if left < 0 then
    left = tonumber(ARGV[1])
    redis.call('PEXPIRE', key, left)
  end
  counted[#counted + 1] = left
end
return counted`;

/** Whether the number was added, and each key's count afterwards. */
export interface Charged {
  readonly charged: boolean;
  readonly counts: readonly Counted[];
}

type CountCommand = (keys: number, ...rest: (string | number)[]) => Promise<number[]>;

/**
 * Counters in Redis that all processes share. If Redis is away, slow or silent, nobody waits for it: each process counts
 * alone until it answers again, and asks once a second.
 */
export class SharedCounters implements OnApplicationShutdown {
  /** For code with its own counters in Redis. Rejects at once while Redis is away. */
  readonly redis: Redis;
  private awayUntil = 0;
  private away = false;

  constructor(
    url: string,
    service: string,
    private readonly logger: Logger,
  ) {
    this.redis = new Redis(url, {
      keyPrefix: `${service}:`, // Each service has its own keys; the ACL limits its user to them.
      enableOfflineQueue: false,
      enableAutoPipelining: true,
      maxRetriesPerRequest: 0,
      connectTimeout: 2000,
      commandTimeout: forgottenMs,
      retryStrategy: (attempt) => Math.min(100 * attempt, pauseMs),
    });
    this.redis.on('error', (error: unknown) => this.lost(error));
    this.redis.on('ready', () => this.found());
    this.redis.defineCommand('countHelpdesklyRates', { lua: script });
    this.redis.defineCommand('chargeHelpdesklyRates', { lua: chargeScript });
  }

  /** Whether Redis is worth asking. */
  get answers(): boolean {
    return this.redis.status === 'ready' && Date.now() >= this.awayUntil;
  }

  /** Undefined if Redis did not answer in time. Fixed windows of `windowMs`. */
  async count(keys: readonly CountedKey[], windowMs: number): Promise<readonly Counted[] | undefined> {
    const counted = await this.run('countHelpdesklyRates', keys, windowMs);
    return counted === undefined ? undefined : pairs(counted);
  }

  /** Adds `more` to all keys, or to none; undefined if Redis did not answer in time. */
  async charge(keys: readonly CountedKey[], more: number, windowMs: number): Promise<Charged | undefined> {
    const [charged, ...counted] = (await this.run('chargeHelpdesklyRates', keys, windowMs, more)) ?? [];
    return charged === undefined ? undefined : { charged: charged === 1, counts: pairs(counted) };
  }

  /** Undefined if Redis is away, or does not answer in time. */
  async ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await inTime(command());
      if (this.away) this.found();
      return answer;
    } catch (error) {
      this.lost(error);
      return undefined;
    }
  }

  private run(
    name: 'countHelpdesklyRates' | 'chargeHelpdesklyRates',
    keys: readonly CountedKey[],
    ...first: readonly number[]
  ): Promise<readonly number[] | undefined> {
    const command = (this.redis as unknown as Record<typeof name, CountCommand>)[name];
    const names = keys.map(({ key }) => `helpdeskly:rate:${key}`);
    const limits = keys.map(({ limit }) => limit);
    return this.ask(() => command.call(this.redis, names.length, ...names, ...first, ...limits));
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }

  private lost(error: unknown): void {
    this.awayUntil = Date.now() + pauseMs;
    if (this.away) return;
    this.away = true;
    this.logger.warn({ err: error }, 'Redis cannot be reached: this process counts rates alone');
  }

  private found(): void {
    this.awayUntil = 0;
    if (!this.away) return;
    this.away = false;
    this.logger.info('Redis can be reached again: all processes count rates together');
  }
}

/**
 * Rejects when Redis is silent. A turn begins when the one before has ended, so a process that was busy itself, and so could not read the
 * answer, counts that as one turn, however long it took.
 */
function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let left = turns;
    const wait = () => setTimeout(() => (--left > 0 ? (timer = wait()) : reject(new Error('Redis is silent'))), turnMs);
    let timer = wait();
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function pairs(numbers: readonly number[]): readonly Counted[] {
  return Array.from({ length: numbers.length / 2 }, (_, n) => ({
    count: numbers[2 * n] ?? 0,
    endsInMs: numbers[2 * n + 1] ?? 0,
  }));
}
