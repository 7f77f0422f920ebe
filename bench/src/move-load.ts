const people = 8;
/** How long each of them looks at an answer, in milliseconds. */
const pauseMs = 40;
/** Around a switch: requests that were under way so long before or after it. */
const aroundMs = 1500;

interface Answered {
  readonly at: number;
  readonly ms: number;
}

/** People who open, answer and read tickets all the time. */
export class MoveLoad {
  readonly failures: string[] = [];
  private readonly answered: Answered[] = [];
  private tookMs = 0;

  constructor(
    private readonly origin: string,
    private readonly agent: { readonly headers: Record<string, string> },
  ) {}

  /** Until `work` is over. */
  async during(work: () => Promise<void>): Promise<void> {
    const since = performance.now();
    let isOver = false;
    const all = Array.from({ length: people }, async () => {
      while (!isOver) await this.work();
    });
    try {
      await work();
    } finally {
      isOver = true;
      await Promise.all(all);
      this.tookMs = performance.now() - since;
    }
  }

  /** How long each request took, in milliseconds. */
  get all(): readonly number[] {
    return this.answered.map(({ ms }) => ms);
  }

  get perSecond(): number {
    return (this.answered.length * 1000) / this.tookMs;
  }

  /** The longest request around that moment. */
  longestAt(moment: number): number {
    const around = this.answered.filter(({ at, ms }) => at < moment + aroundMs && at + ms > moment - aroundMs);
    return Math.max(...around.map(({ ms }) => ms));
  }

  /** Four writes for each read. */
  private async work(): Promise<void> {
    const ticket = await this.ask('/tickets', 201, { method: 'POST', body: { title: 'A ticket', description: 'x' } });
    if (ticket === undefined) return;
    const path = `/tickets/${(JSON.parse(ticket) as { id: string }).id}`;
    await this.ask(`${path}/comments`, 201, { method: 'POST', body: { body: 'An answer' } });
    await this.ask(path, 200, { method: 'PATCH', body: { priority: 'HIGH' } });
    await this.ask(`${path}/comments`, 201, { method: 'POST', body: { body: 'Another one' } });
    await this.ask('/tickets?limit=25', 200);
  }

  private async ask(
    path: string,
    status: number,
    { method = 'GET', body }: { method?: string; body?: object } = {},
  ): Promise<string | undefined> {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const since = performance.now();
    const at = Date.now();
    const headers = { ...this.agent.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.origin}/api/v1${path}`, { method, headers, ...sent });
    const text = await response.text();
    this.answered.push({ at, ms: performance.now() - since });
    if (response.status === status) return text;
    this.failures.push(
      `${new Date(at).toISOString()} after ${(performance.now() - since).toFixed(0)} ms: ${method} ${path}: ${response.status} ${text.slice(0, 200)}`,
    );
    return undefined;
  }
}
