import { LRUCache } from 'lru-cache';
import type { SharedCounters } from './shared-counters.js';

/**
 * A limit of events in a window that begins with the first one. When it is full: none until the window ends or, if it is `doubling`,
 * one at a time after a wait of 1 s, 2 s, 4 s … 60 s, until a whole window had none.
 */
export interface Bucket {
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly doubling: boolean;
}

/** Counts limited events. */
export interface FailureCounts {
  /** Counts one event in every bucket and returns 0. If a bucket is full, it counts none and returns the milliseconds to wait. */
  take(buckets: readonly Bucket[]): Promise<number>;
  /** Takes back one counted event. */
  giveBack(buckets: readonly Bucket[]): Promise<void>;
}

const longestWaitMs = 60_000;
const bucketsAtMost = 100_000;

interface Filling {
  readonly count: number;
  readonly endsAt: number;
  /** When a full bucket allows one more. */
  readonly reopensAt: number;
}

/** Counts of this process only. Past 100,000 buckets it forgets the least recently used. */
export class CountsHere implements FailureCounts {
  private readonly fillings = new LRUCache<string, Filling>({ max: bucketsAtMost });

  constructor(private readonly clock: () => number = Date.now) {}

  take(buckets: readonly Bucket[]): Promise<number> {
    const now = this.clock();
    const wait = Math.max(0, ...buckets.map((bucket) => this.waitOf(bucket, now)));
    if (wait === 0) for (const bucket of buckets) this.fill(bucket, now);
    return Promise.resolve(wait);
  }

  giveBack(buckets: readonly Bucket[]): Promise<void> {
    for (const { key } of buckets) {
      const filling = this.fillings.get(key);
      if (filling === undefined) continue;
      if (filling.count > 1) this.fillings.set(key, { ...filling, count: filling.count - 1, reopensAt: 0 });
      else this.fillings.delete(key);
    }
    return Promise.resolve();
  }

  private waitOf({ key, limit, doubling }: Bucket, now: number): number {
    const filling = this.fillings.get(key);
    if (filling === undefined || filling.endsAt <= now || filling.count < limit) return 0;
    return Math.max(0, (doubling ? filling.reopensAt : filling.endsAt) - now);
  }

  private fill({ key, limit, windowMs, doubling }: Bucket, now: number): void {
    const before = this.fillings.get(key);
    const goesOn = before !== undefined && before.endsAt > now;
    const count = goesOn ? before.count + 1 : 1;
    this.fillings.set(key, {
      count,
      endsAt: goesOn && !doubling ? before.endsAt : now + windowMs,
      reopensAt: count < limit ? 0 : now + Math.min(longestWaitMs, 1000 * 2 ** (count - limit)),
    });
  }
}

/** For each bucket: its limit, its window in milliseconds, and 1 if it is doubling. */
const takeScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = 0
for i, key in ipairs(KEYS) do
  local filling = redis.call('HMGET', key, 'count', 'reopensAt')
  if tonumber(filling[1] or '0') >= tonumber(ARGV[3 * i - 2]) then
    local left = redis.call('PTTL', key)
    if ARGV[3 * i] == '1' then left = tonumber(filling[2] or '0') - now end
    if left > wait then wait = left end
  end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  local limit, windowMs, doubling = tonumber(ARGV[3 * i - 2]), ARGV[3 * i - 1], ARGV[3 * i] == '1'
  local count = redis.call('HINCRBY', key, 'count', 1)
  if doubling or count == 1 then redis.call('PEXPIRE', key, windowMs) end
  if doubling and count >= limit then
    local reopensAt = now + math.min(${longestWaitMs}, 1000 * 2 ^ (count - limit))
    redis.call('HSET', key, 'reopensAt', string.format('%.0f', reopensAt))
  end
end
return 0`;

const giveBackScript = `
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('HGET', key, 'count') or '0') > 1 then
    redis.call('HINCRBY', key, 'count', -1)
    redis.call('HDEL', key, 'reopensAt')
  else
    redis.call('DEL', key)
  end
end`;

interface LoginCommands {
  takeHelpdesklyLogin(keys: number, ...rest: (string | number)[]): Promise<number>;
  giveBackHelpdesklyLogin(keys: number, ...names: string[]): Promise<unknown>;
}

/** Counts of all processes, in Redis; while Redis is away, each process counts alone. */
export class CountsTogether implements FailureCounts {
  private readonly here = new CountsHere();
  private readonly commands: LoginCommands;

  constructor(private readonly shared: SharedCounters) {
    shared.redis.defineCommand('takeHelpdesklyLogin', { lua: takeScript });
    shared.redis.defineCommand('giveBackHelpdesklyLogin', { lua: giveBackScript });
    this.commands = shared.redis as unknown as LoginCommands;
  }

  async take(buckets: readonly Bucket[]): Promise<number> {
    const rules = buckets.flatMap(({ limit, windowMs, doubling }) => [limit, windowMs, doubling ? 1 : 0]);
    const names = namesOf(buckets);
    const wait = await this.together(() => this.commands.takeHelpdesklyLogin(names.length, ...names, ...rules));
    return wait ?? this.here.take(buckets);
  }

  async giveBack(buckets: readonly Bucket[]): Promise<void> {
    const names = namesOf(buckets);
    await this.together(() => this.commands.giveBackHelpdesklyLogin(names.length, ...names));
    await this.here.giveBack(buckets); // Needed if it was counted while Redis was away.
  }

  private together<T>(command: () => Promise<T>): Promise<T | undefined> {
    return this.shared.answers ? this.shared.ask(command) : Promise.resolve(undefined);
  }
}

function namesOf(buckets: readonly Bucket[]): string[] {
  return buckets.map(({ key }) => `helpdeskly:login:${key}`);
}
