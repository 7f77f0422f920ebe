import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type CDPSession,
  type Page,
} from 'playwright-core';
import { BrowserTrace } from './browser-trace.js';
import { createTenant, databaseUrl, operatorToken, withClient } from './clients.js';
import { seedLargeHelpdesk } from './large-helpdesk.js';
import { type PageCosts, costsUntil, countingTasks, printCosts, startCosts } from './page-costs.js';
import { median, milliseconds, percentile, printRow } from './report.js';
import { startSystem } from './system.js';

const chromiumPath = '/usr/bin/chromium';
const tickets = 10_000;
const speed = 8000; // Pixels a second.
const rounds = 11;
const slow = { cpu: 4, latencyMs: 40, bytesPerSecond: 10e6 / 8 } as const;
/** The first row of a list of tickets, in our pages and in the bare ones. */
const firstRow = '[role=table] [role=row] a';

/** In each page: marks the frame in which something is first there. A frame callback comes before that very frame is painted. */
const watching = `
  ${countingTasks}
  globalThis.markWhen = (mark, selector) => new Promise((resolve) => {
    const look = () => {
      if (document.querySelector(selector) === null) return requestAnimationFrame(look);
      performance.mark(mark);
      performance.mark('navigated', { startTime: 0 });
      requestAnimationFrame(() => setTimeout(resolve));
    };
    requestAnimationFrame(look);
  });
  globalThis.firstList = markWhen('first-list', ${JSON.stringify(firstRow)});
  globalThis.firstTicket = markWhen('first-ticket', 'h1');
`;

/** Scrolls the list from its beginning at a steady speed, for so many seconds. */
const scrolling = (seconds: number) => `new Promise((resolve) => {
  const list = document.querySelector('[role=table] .overflow-auto');
  list.scrollTop = 0;
  performance.mark('scrolling');
  let since;
  const step = (now) => {
    since ??= now;
    list.scrollTop = (now - since) / 1000 * ${speed};
    if (now - since < ${seconds * 1000}) requestAnimationFrame(step); else resolve();
  };
  requestAnimationFrame(step);
})`;

/**
 * What an agent waits for in the browser, by Chromium's own trace: the first list with a cold cache, a ticket from the cache and from the
 * API, and frames while a list of 10,000 is scrolled; in turns with the barest pages that show the same rows.
 */
export async function benchConsole(quick: boolean): Promise<void> {
  const isInstalled = await access(chromiumPath).then(
    () => true,
    () => false,
  );
  if (!isInstalled) return console.log('chromium is not installed: the console is not measured');
  const system = await startSystem();
  try {
    const tenant = await createTenant(system, await operatorToken(system), 'bench-console');
    const database = databaseUrl(system, tenant);
    await withClient(database, (client) => seedLargeHelpdesk(client, tickets));
    const bare = await startBarePages(database);
    const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
    try {
      const ours = `http://${tenant.slug}.localhost:${new URL(system.appApi).port}`;
      await new ConsoleBench(browser, ours, bare.origin, quick ? 3 : rounds).measure();
    } finally {
      await browser.close();
      bare.stop();
    }
  } finally {
    await system.stop();
  }
}

class ConsoleBench {
  private session: BrowserContextOptions['storageState'];
  private readonly costs: Record<'ours' | 'bare', PageCosts[]> = { ours: [], bare: [] };

  constructor(
    private readonly browser: Browser,
    private readonly ours: string,
    private readonly bare: string,
    private readonly rounds: number,
  ) {}

  async measure(): Promise<void> {
    await this.signIn();
    await this.firstLists('console: first list, cold cache', false);
    await this.firstLists('console: first list, CPU ÷ 4, 10 Mbit/s, 40 ms', true);
    await this.inTurns('console: ticket from the API', {
      ours: () => this.visit((page) => this.ticket(page, false)),
      bare: () => this.visit((page) => this.bareTicket(page)),
    });
    await this.inTurns('console: ticket from the cache', {
      ours: () => this.visit((page) => this.ticket(page, true)),
      bare: () => this.visit((page) => this.bareTicket(page)),
    });
    await this.scroll();
  }

  private async firstLists(name: string, isSlow: boolean): Promise<void> {
    this.costs.ours = [];
    this.costs.bare = [];
    const way = (whose: 'ours' | 'bare', url: string) => () =>
      this.visit(async (page, debug) => {
        const ms = await this.firstList(page, url);
        this.costs[whose].push(await costsUntil('first-list', page, debug));
        return ms;
      }, isSlow);
    await this.inTurns(name, { ours: way('ours', `${this.ours}/tickets`), bare: way('bare', this.bare) });
    printCosts(this.costs.ours, this.costs.bare);
  }

  private async signIn(): Promise<void> {
    const context = await this.browser.newContext(looks);
    const page = await context.newPage();
    await page.goto(this.ours);
    await page.getByLabel('Email').fill('admin@bench.example');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Views' }).waitFor();
    await this.keepSession(context);
    await context.close();
  }

  /** Sessions change their secret with each use. */
  private async keepSession(context: BrowserContext): Promise<void> {
    this.session = await context.storageState();
  }

  /** Does something in a browser window with an empty cache, in which somebody is signed in. */
  private async visit<T>(work: (page: Page, debug: CDPSession) => Promise<T>, isSlow = false): Promise<T> {
    const context = await this.browser.newContext({ ...looks, storageState: this.session });
    await context.addInitScript(watching);
    const page = await context.newPage();
    const debug = await context.newCDPSession(page);
    await startCosts(debug);
    if (isSlow) {
      const { cpu, latencyMs: latency, bytesPerSecond } = slow;
      await debug.send('Emulation.setCPUThrottlingRate', { rate: cpu });
      await debug.send('Network.emulateNetworkConditions', {
        offline: false,
        latency,
        downloadThroughput: bytesPerSecond,
        uploadThroughput: bytesPerSecond,
      });
    }
    try {
      const result = await work(page, debug);
      if (page.url().startsWith(this.ours)) await this.keepSession(context);
      return result;
    } finally {
      await context.close();
    }
  }

  private async firstList(page: Page, url: string): Promise<number> {
    const trace = await BrowserTrace.during(this.browser, page, async () => {
      await page.goto(url, { waitUntil: 'commit' });
      await page.evaluate('firstList');
    });
    return trace.untilPainted('navigated', 'first-list');
  }

  /** From the click on a row to the ticket's conversation; nothing fetches ahead, as no pointer comes near. */
  private async ticket(page: Page, isCached: boolean): Promise<number> {
    await page.goto(`${this.ours}/tickets`);
    await page.evaluate('firstList');
    await page.waitForLoadState('networkidle').catch(() => undefined);
    const open = `(() => { performance.mark('clicked'); document.querySelector(${JSON.stringify(firstRow)}).click(); return markWhen('ticket', '[role=log] > *'); })()`;
    if (isCached) {
      await page.evaluate(open);
      await page.goBack();
      await page.locator(firstRow).first().waitFor();
    }
    const trace = await BrowserTrace.during(this.browser, page, () => page.evaluate(open));
    return trace.untilPainted('clicked', 'ticket');
  }

  private async bareTicket(page: Page): Promise<number> {
    await page.goto(this.bare);
    await page.evaluate('firstList');
    const trace = await BrowserTrace.during(this.browser, page, async () => {
      const arrived = page.waitForURL('**/tickets/*', { waitUntil: 'commit' });
      await page.evaluate(`document.querySelector(${JSON.stringify(firstRow)}).click()`);
      await arrived;
      await page.evaluate('firstTicket');
    });
    return trace.untilPainted('navigated', 'first-ticket');
  }

  private async scroll(): Promise<void> {
    const seconds = this.rounds > 3 ? 10 : 3;
    const shares = { ours: [] as number[], bare: [] as number[] };
    await this.visit(async (page) => {
      await page.goto(`${this.ours}/tickets`);
      await page.evaluate('firstList');
      await loadAll(page);
      const context = await this.browser.newContext(looks);
      const other = await context.newPage();
      await other.goto(`${this.bare}/all`);
      for (let round = 0; round < 3; round++) {
        await page.bringToFront();
        const ours = await BrowserTrace.during(this.browser, page, () => page.evaluate(scrolling(seconds)));
        shares.ours.push(ours.dropped('scrolling'));
        await other.bringToFront();
        const bare = await BrowserTrace.during(this.browser, other, () => other.evaluate(scrolling(seconds)));
        shares.bare.push(bare.dropped('scrolling'));
      }
      await context.close();
    });
    const percent = (sample: readonly number[]) => `${(100 * median(sample)).toFixed(1)} %`;
    printRow(
      `console: dropped frames, ${tickets.toLocaleString('en')} rows at ${speed.toLocaleString('en')} px/s`,
      percent(shares.ours),
      percent(shares.bare),
      '',
    );
  }

  private async inTurns(name: string, ways: Readonly<Record<'ours' | 'bare', () => Promise<number>>>): Promise<void> {
    await ways.ours();
    await ways.bare();
    const [ours, bare]: [number[], number[]] = [[], []];
    for (let round = 0; round < this.rounds; round++) {
      ours.push(await ways.ours());
      bare.push(await ways.bare());
    }
    const told = (sample: readonly number[]) =>
      `${milliseconds(median(sample))} (p95 ${milliseconds(percentile(sample, 95))})`;
    printRow(name, told(ours), told(bare), (median(ours) / median(bare)).toFixed(2));
  }
}

const looks = { viewport: { width: 1280, height: 800 }, locale: 'en-GB' } as const;

/** Scrolls to the end until there is no more. */
async function loadAll(page: Page): Promise<void> {
  const table = page.getByRole('table', { name: 'Tickets' });
  for (let rows = 0; rows <= tickets;) {
    await page.evaluate(
      `(() => { const list = document.querySelector('[role=table] .overflow-auto'); list.scrollTop = list.scrollHeight; })()`,
    );
    rows = Number(await table.getAttribute('aria-rowcount'));
  }
}

async function startBarePages(database: string): Promise<{ readonly origin: string; stop(): void }> {
  const script = fileURLToPath(new URL('bare-pages.js', import.meta.url));
  const child = spawn(process.execPath, [script, database, String(tickets)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [origin] = (await once(child.stdout, 'data')) as [Buffer];
  return { origin: origin.toString().trim(), stop: () => void child.kill() };
}
