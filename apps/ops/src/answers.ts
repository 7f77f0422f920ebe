import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from './api-client.js';
import { Ended, exits } from './exits.js';
import { ProgressLine, type Progress } from './progress.js';
import type { Surroundings } from './surroundings.js';
import { detailsOf, harmless, tableOf } from './table.js';

type Row = Readonly<Record<string, unknown>>;

/** How an answer is shown. */
export interface Showing {
  readonly json: boolean;
  /** All pages of a list. */
  readonly all: boolean;
  /** Until the work that goes on has ended. */
  readonly wait: boolean;
}

const pauseMs = 1000;
const going = ['PROVISIONING', 'PENDING', 'RUNNING', 'SOAKING', 'COPYING', 'CATCHING_UP', 'SWITCHING'];
const bad = ['FAILED', 'HALTED', 'CANCELLED', 'ROLLED_BACK'];

/** Shows answers: tables for people, JSON for programs. */
export class Answers {
  constructor(
    private readonly surroundings: Surroundings,
    private readonly api: ApiClient,
  ) {}

  async show(response: Response, path: string, showing: Showing): Promise<void> {
    const type = response.headers.get('content-type') ?? '';
    if (response.status === 204 || response.body === null) return this.say(showing, 'Done.');
    if (!type.includes('json')) return this.pour(response.body);
    const body = (await response.json()) as Row;
    const location = response.headers.get('location');
    if (showing.wait && response.status === 202 && location !== null)
      return this.follow(location, body, { ...showing, cancels: path.endsWith('/cancel') });
    if (Array.isArray(body['data'])) return this.list(body, path, showing);
    this.print(showing, body);
    assertNoneRefused(body);
    assertAllAnswered(body);
  }

  /** One JSON text a line, or text as it is. */
  private async pour(body: NonNullable<Response['body']>): Promise<void> {
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) this.surroundings.output.write(chunk);
  }

  private async list(first: Row, path: string, showing: Showing): Promise<void> {
    let page = first;
    const rows = [...(first['data'] as Row[])];
    for (let next = cursorOf(page); showing.all && next !== null; next = cursorOf(page)) {
      const url = new URL(path, 'http://localhost');
      url.searchParams.set('cursor', next);
      page = (await (await this.api.call({ method: 'GET', path: `${url.pathname}${url.search}` })).json()) as Row;
      rows.push(...(page['data'] as Row[]));
    }
    if (showing.json) return this.write(JSON.stringify(showing.all ? rows : first));
    const { data: _data, meta: _meta, ...rest } = first; // Some lists say more: what is open, when it was looked for.
    if (Object.keys(rest).length > 0) this.write(`${detailsOf(rest)}\n`);
    this.write(rows.length === 0 ? 'None.' : tableOf(rows));
    const { total } = (first['meta'] ?? {}) as { total?: number };
    if (total !== undefined) this.surroundings.errors.write(`${total} in all.\n`);
    if (cursorOf(page) !== null) this.surroundings.errors.write('There are more: --all shows them.\n');
  }

  /** Asks until the work has ended that `begun` says. Throws Ended if it ended badly. */
  private async follow(location: string, begun: Row, showing: Showing & { readonly cancels: boolean }): Promise<void> {
    const verifies = begun['verifying'] === true; // The backup itself is DONE meanwhile.
    const rotates = begun['credentialRotation'] !== undefined; // The tenant itself is ACTIVE meanwhile.
    const line = new ProgressLine(this.surroundings, (text) => showing.json || this.surroundings.errors.write(text));
    for (;;) {
      const body = (await (await this.api.call({ method: 'GET', path: location })).json()) as Row;
      const status = String(body['status']);
      const isVerifying = verifies && body['verifying'] === true;
      const rotation = rotates ? (body['credentialRotation'] as { readonly state: string } | null) : null;
      const meanwhile = isVerifying ? 'VERIFYING' : rotation?.state;
      line.show(meanwhile === undefined ? (body as unknown as Progress) : { status: meanwhile });
      if (!going.includes(status) && meanwhile === undefined) {
        line.end();
        this.print(showing, body);
        if (showing.cancels && status === 'CANCELLED') return; // That was wanted.
        return assertGood(body, verifies ? begun : undefined);
      }
      await sleep(pauseMs, undefined, { signal: this.surroundings.signal });
    }
  }

  private print({ json }: Showing, body: Row): void {
    this.write(json ? JSON.stringify(body) : shownOf(body));
  }

  say({ json }: Pick<Showing, 'json'>, sentence: string): void {
    if (!json) this.write(sentence);
  }

  write(text: string): void {
    this.surroundings.output.write(`${text.startsWith('{') || text.startsWith('[') ? text : harmless(text)}\n`);
  }
}

const cursorOf = ({ meta }: Row) => (meta as { nextCursor?: string | null } | undefined)?.nextCursor ?? null;

/** What tenants' databases answered is a table of all its columns. */
function shownOf({ rows, ...body }: Row): string {
  if (!Array.isArray(rows) || rows.length === 0) return detailsOf(rows === undefined ? body : { ...body, rows });
  return `${tableOf(rows as Row[], { whole: true })}\n\n${detailsOf(body)}`;
}

/** Throws Ended if some of many tenants, or of a file's rows, were refused. */
function assertNoneRefused({ refused }: Row): void {
  if (typeof refused === 'number' && refused > 0) throw new Ended(exits.failed, `${refused} refused.`);
}

/** Throws Ended if some of the tenants that were asked gave no answer. */
function assertAllAnswered({ coverage }: Row): void {
  const { failed = 0 } = (coverage ?? {}) as { failed?: number };
  if (failed > 0) throw new Ended(exits.failed, `It failed for ${failed} ${failed === 1 ? 'tenant' : 'tenants'}.`);
}

/** Throws Ended if work that was waited for has failed, as a whole or in a part. */
function assertGood(body: Row, beforeVerification: Row | undefined): void {
  const { status, progress, verifiedAt } = body;
  if (beforeVerification !== undefined && (verifiedAt === null || verifiedAt === beforeVerification['verifiedAt']))
    throw new Ended(exits.failed, 'The backup was not proved good.');
  if (bad.includes(String(status))) throw new Ended(exits.failed, `It ended as ${String(status)}.`);
  const { failed = 0, drifted = 0 } = (progress ?? {}) as { failed?: number; drifted?: number };
  if (failed > 0) throw new Ended(exits.failed, `It failed for ${failed} tenants.`);
  assertNoneRefused((body['result'] ?? {}) as Row);
  if (drifted > 0) throw new Ended(exits.failed, `${drifted} tenants differ from their templates.`);
}
