import { startApp, type AppProcess } from './app-process.js';
import { Audience, Delays, type Way } from './audience.js';
import { call, operatorToken } from './clients.js';
import { connectionsWhile } from './live-connections.js';
import { openLiveHelpdesks, type LiveHelpdesk } from './live-helpdesks.js';
import { startBareWay } from './live-bare.js';
import { startRedis } from './redis.js';
import { milliseconds, percentile, printRow } from './report.js';
import { startSystem, type System } from './system.js';

export interface LiveOptions {
  /** Streams of one helpdesk. */
  readonly streams: number;
  /** Helpdesks with one stream each. */
  readonly tenants: number;
  /** Comments for each measurement and way. */
  readonly writes: number;
}

/** Comments by one way before it is the other's turn. */
const turn = 10;

/**
 * How soon a comment that one process of the app API takes reaches streams of another one, how much memory a stream costs, and how many
 * connections to tenants' databases streams hold: first by NOTIFY, then by Redis where it is installed.
 */
export async function benchLive(options: LiveOptions): Promise<void> {
  await benchMessages('NOTIFY', options);
  const redis = await startRedis();
  if (redis === undefined) {
    console.log('redis-server is not installed: messages by Redis are not measured');
    return;
  }
  try {
    await benchMessages('Redis', options, { REDIS_URL: redis.url });
  } finally {
    await redis.stop();
  }
}

async function benchMessages(name: string, options: LiveOptions, more: Readonly<Record<string, string>> = {}) {
  // Connections that nobody uses are closed soon, so that what is left is what streams hold.
  const system = await startSystem({ TENANT_WARM_DATABASES: '10', TENANT_CLIENT_IDLE_MS: '1000', ...more });
  try {
    const second = await startApp(system);
    try {
      await benchProcesses(name, system, second, options);
    } finally {
      await second.stop();
    }
  } finally {
    await system.stop();
  }
}

async function benchProcesses(name: string, system: System, second: AppProcess, options: LiveOptions): Promise<void> {
  const { streams, tenants, writes } = options;
  const helpdesks = await openLiveHelpdesks(system, await operatorToken(system), tenants);
  const ours = wayOf(system, second, helpdesks);
  const { way: bare, stop } = await startBareWay(system);
  try {
    const one = { helpdesks: [0], each: 1, writes };
    await compare([ours, bare], one, () => undefined); // Compiled, and connected.
    await compare([ours, bare], one, ({ delays }) => showDelays(`${name}, 1 stream`, delays));
    const many = { helpdesks: [0], each: streams, writes };
    await compare([ours, bare], many, (measured) => show(`${name}, ${streams} streams`, measured));
    const apart = { helpdesks: helpdesks.map((_, at) => at), each: 1, writes };
    const connections = await connectionsWhile(system, (idle) =>
      compare([ours, bare], apart, (measured) => show(`${name}, streams of ${tenants} tenants`, measured), idle),
    );
    printRow(
      `${name}, connections to their databases`,
      `${connections.before} before`,
      `${connections.most} at most`,
      `${connections.idle} idle`,
    );
  } finally {
    stop();
  }
}

/** Comments go to the process of `npm start`, streams come from the other one. */
function wayOf(system: System, second: AppProcess, helpdesks: readonly LiveHelpdesk[]): Way {
  const of = (helpdesk: number) => helpdesks[helpdesk] as LiveHelpdesk;
  return {
    write: (helpdesk) => {
      const { ticketId, headers } = of(helpdesk);
      const url = `${system.appApi}/api/v1/tickets/${ticketId}/comments`;
      return call(url, { method: 'POST', headers, body: { body: 'Hello.' } });
    },
    stream: (helpdesk) => ({ url: `${second.origin}/api/v1/stream`, headers: of(helpdesk).headers }),
    memory: () => second.memory(),
  };
}

interface Measured {
  /** Of each way. */
  readonly delays: readonly Delays[];
  /** Bytes of each way's stream. */
  readonly memory: readonly number[];
}

interface Plan {
  readonly helpdesks: readonly number[];
  /** Streams of each helpdesk. */
  readonly each: number;
  readonly writes: number;
}

/** Measures all ways in turns, with all their streams open. `idle` is called while nothing happens in them. */
async function compare(
  ways: readonly Way[],
  { helpdesks, each, writes }: Plan,
  report: (measured: Measured) => void,
  idle: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const audiences: Audience[] = [];
  const memory: number[] = [];
  try {
    const before = await inTurn(ways, (way) => way.memory());
    for (const way of ways) audiences.push(await Audience.open(way, helpdesks, each));
    await idle();
    const after = await inTurn(ways, (way) => way.memory());
    memory.push(...after.map((bytes, at) => (bytes - (before[at] ?? NaN)) / (audiences[at]?.size ?? NaN)));
    const delays = ways.map(() => new Delays());
    for (let done = 0; done < writes; done += turn) {
      for (const [at, way] of ways.entries()) {
        for (let n = done; n < Math.min(done + turn, writes); n++)
          await delays[at]?.take(way, audiences[at] as Audience, helpdesks[n % helpdesks.length] ?? 0);
      }
    }
    report({ delays, memory });
  } finally {
    for (const audience of audiences) audience.close();
  }
}

async function inTurn<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const each of all) results.push(await work(each));
  return results;
}

function show(name: string, { delays, memory: [ours = NaN, bare = NaN] }: Measured): void {
  showDelays(name, delays);
  const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
  printRow(`${name}, memory of one`, kilobytes(ours), kilobytes(bare), '');
}

function showDelays(name: string, [ours, bare]: readonly Delays[]): void {
  const spans = [
    ['to answer', 'answers'],
    ['to event', 'events'],
    ['written to event', 'written'],
    ['answer to event', 'between'],
  ] as const;
  for (const [span, key] of spans) {
    for (const percent of [50, 95]) {
      const [product, baseline] = [ours, bare].map((delays) => percentile(delays?.[key] ?? [], percent));
      if (product === undefined || baseline === undefined) continue;
      const ratio = (product / baseline).toFixed(2);
      printRow(`${name}, ${span}, p${percent}`, milliseconds(product), milliseconds(baseline), ratio);
    }
  }
}
