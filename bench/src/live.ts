import { Agent, request } from 'node:http';
import { call, createTenant, signIn } from './clients.js';
import { milliseconds, percentile, printRow } from './report.js';
import type { System } from './system.js';

const streamCount = 1000;
const writes = 60;

interface Headers {
  readonly headers: Record<string, string>;
}

/** Opens a stream and calls back with each of its events. Resolves when it has begun, with what ends it. */
function openStream(origin: string, { headers }: Headers, agent: Agent, onEvent: () => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}/api/v1/stream`, { headers, agent }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`a stream answered ${response.statusCode}`));
      response.on('data', (chunk: Buffer) => {
        if (chunk.includes('\nevent: comment.created\n')) onEvent();
        else if (chunk.includes('\nid: ') || chunk.indexOf('id: ') === 0) resolve(() => sent.destroy());
      });
      response.on('error', () => undefined); // It is ended from here.
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Bytes of memory that the app API's process has. */
async function resident({ appMetrics }: System): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${appMetrics}/metrics`)).text();
  return Number(/^helpdeskly_process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}

/** How soon a comment reaches 1,000 streams of its tenant, and what a stream costs while nothing happens. */
export async function benchLive(system: System, operator: string): Promise<void> {
  const tenant = await createTenant(system, operator, 'bench-live');
  const caller = await signIn(system, tenant);
  const { body: ticket } = await call<{ id: string }>(`${system.appApi}/api/v1/tickets`, {
    method: 'POST',
    headers: caller.headers,
    body: { title: 'Live', description: 'x' },
  });
  const agent = new Agent({ maxSockets: streamCount, keepAlive: true });
  let heard: (() => void) | undefined;
  const open = () => openStream(system.appApi, caller, agent, () => heard?.());
  const ends = [await open()];
  const alone = await delays(system, caller, ticket.id, 1, (listener) => (heard = listener));
  show('comment to event, 1 stream', alone);
  const before = await resident(system);
  while (ends.length < streamCount) ends.push(...(await Promise.all(Array.from({ length: 37 }, open))));
  const each = ((await resident(system)) - before) / (ends.length - 1);
  printRow('memory of a stream', `${(each / 1024).toFixed(1)} KB`, '', '');
  const all = await delays(system, caller, ticket.id, ends.length, (listener) => (heard = listener));
  show(`comment to event, ${ends.length} streams`, all);
  for (const end of ends) end();
  agent.destroy();
}

/** Milliseconds from the request that writes a comment. */
interface Delays {
  readonly events: number[];
  readonly answers: number[];
}

function show(name: string, { events, answers }: Delays): void {
  for (const percent of [50, 95]) {
    const [event, answer] = [percentile(events, percent), percentile(answers, percent)];
    const ratio = (event / answer).toFixed(2);
    printRow(`${name}, p${percent}`, milliseconds(event), `${milliseconds(answer)} to its answer`, ratio);
  }
}

/** Writes comments one after the other, each when every stream has heard of the one before it. */
async function delays(
  system: System,
  { headers }: Headers,
  ticketId: string,
  streams: number,
  listen: (listener: () => void) => void,
): Promise<Delays> {
  const [events, answers]: [number[], number[]] = [[], []];
  for (let n = 0; n < writes; n++) {
    const since = performance.now();
    const everywhere = new Promise<void>((resolve) => {
      let left = streams;
      listen(() => {
        events.push(performance.now() - since);
        if (--left === 0) resolve();
      });
    });
    const url = `${system.appApi}/api/v1/tickets/${ticketId}/comments`;
    await call(url, { method: 'POST', headers, body: { body: `Number ${n}` } });
    answers.push(performance.now() - since);
    await everywhere;
  }
  return { events, answers };
}
