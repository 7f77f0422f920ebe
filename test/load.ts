import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Somebody whose requests make the load. */
export interface LoadUser {
  readonly slug: string;
  readonly accessToken: string;
}

export interface LoadOptions {
  /** Clients go to these in turn. */
  readonly origins: readonly string[];
  /** Each request is of the next one of them. */
  readonly users: readonly LoadUser[];
  /** How many send requests at the same time, each one after the other. */
  readonly clients: number;
  /** Milliseconds that a client waits between two requests. */
  readonly pauseMs: number;
}

export interface LoadAnswer {
  readonly method: 'GET' | 'POST';
  readonly origin: string;
  /** Milliseconds of performance.now() at which the request was sent. */
  readonly sentAt: number;
  readonly ms: number;
  /** 0 when there was no answer. */
  readonly status: number;
  /** A problem's code, or what became of the connection. */
  readonly code: string | undefined;
  /** The header that says when to try again. */
  readonly retryAfter: string | undefined;
}

const writesAmong = 4;
const patienceMs = 60_000;

/**
 * Clients that read tickets and open new ones. A client that gets no good answer to a new ticket sends it again under the
 * same Idempotency-Key, as clients are told to, until it has one; so in the end every ticket was acknowledged. It turns to the next origin for that,
 * as a load balancer would.
 */
export class Load {
  readonly answers: LoadAnswer[] = [];
  /** The title of each ticket that was answered with 201, by the slug of its tenant. */
  readonly acknowledged: { readonly slug: string; readonly title: string }[] = [];
  private readonly agents: readonly Agent[];
  private readonly clients: Promise<void>[];
  private stopping = false;
  private turn = 0;

  constructor(private readonly options: LoadOptions) {
    this.agents = options.origins.map(() => new Agent({ keepAlive: true }));
    this.clients = Array.from({ length: options.clients }, (_, index) => this.client(index % options.origins.length));
  }

  /** Resolves when each client has had its last answer. Throws when a ticket is not acknowledged in the end. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.clients);
    for (const agent of this.agents) agent.destroy();
  }

  /** Those that were not answered with success. */
  get failures(): readonly LoadAnswer[] {
    return this.answers.filter(({ status }) => status < 200 || status >= 300);
  }

  /** How many answers of which kind, such as `{ '200': 812, '503 tenant_database_unavailable': 4 }`. */
  summary(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { status, code } of this.answers) {
      const kind = code === undefined ? String(status) : `${status} ${code}`;
      counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
  }

  private async client(origin: number): Promise<void> {
    while (!this.stopping) {
      const { users, pauseMs } = this.options;
      const turn = this.turn++;
      const user = users[turn % users.length];
      if (user === undefined) throw new Error('a load without users');
      if (turn % writesAmong === 0) await this.open(origin, user);
      else await this.send(origin, user, 'GET', '/api/v1/tickets?limit=5');
      await sleep(pauseMs);
    }
  }

  /** A new ticket, sent until it is acknowledged. */
  private async open(origin: number, user: LoadUser): Promise<void> {
    const title = `Ticket ${randomUUID()}`;
    const body = JSON.stringify({ title, description: 'Under load' });
    const deadline = performance.now() + patienceMs;
    for (let at = origin; ; at = (at + 1) % this.options.origins.length) {
      const { status } = await this.send(at, user, 'POST', '/api/v1/tickets', body, title.replace(' ', '-'));
      if (status === 201) break;
      if (performance.now() > deadline) throw new Error(`a ticket was never acknowledged, at last with ${status}`);
      await sleep(100);
    }
    this.acknowledged.push({ slug: user.slug, title });
  }

  private async send(
    origin: number,
    user: LoadUser,
    method: LoadAnswer['method'],
    path: string,
    body?: string,
    key?: string,
  ): Promise<LoadAnswer> {
    const headers = {
      'x-tenant-slug': user.slug,
      authorization: `Bearer ${user.accessToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    const sentAt = performance.now();
    const at = this.options.origins[origin] ?? '';
    const outcome = await new Promise<Pick<LoadAnswer, 'status' | 'code' | 'retryAfter'>>((resolve) => {
      const failed = (error: NodeJS.ErrnoException) =>
        resolve({ status: 0, code: error.code ?? error.message, retryAfter: undefined });
      const call = request(`${at}${path}`, { method, headers, agent: this.agents[origin] });
      call.on('error', failed);
      call.on('response', (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('error', failed);
        const retryAfter = response.headers['retry-after'];
        response.on('end', () => resolve({ status: response.statusCode ?? 0, code: codeOf(text), retryAfter }));
      });
      call.end(body);
    });
    const answer = { method, origin: at, sentAt, ms: performance.now() - sentAt, ...outcome };
    this.answers.push(answer);
    return answer;
  }
}

function codeOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { code?: string }).code;
  } catch {
    return 'not JSON';
  }
}

/** Figures belong to whoever reads the run; Jest keeps the console for itself. */
export function print(title: string, figures: Readonly<Record<string, unknown>>): void {
  const lines = Object.entries(figures).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`);
  process.stderr.write(`  ${title}\n${lines.join('\n')}\n`);
}
