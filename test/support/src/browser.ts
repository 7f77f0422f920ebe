import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { until } from './until.js';

/** A busy machine is slow; no test is about how long something takes. */
const patienceMs = 60_000;

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Of Base UI: It hands the focus on as soon as it has it, and no screen reader comes to it. */
const exceptions = ['[data-base-ui-focus-guard]'];
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What the pages refuse to do or trip over; the network's own messages are each test's affair. */
const harmless = /Failed to load resource|net::ERR_/;

/** Debian's Chromium, without a window. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}

/** Somebody at a browser of their own. */
export class Visitor {
  /** Every answer of the API that this browser has received: its address and its text. */
  readonly answers: Promise<string>[] = [];
  /** The addresses of every script that it has loaded. */
  readonly scripts: string[] = [];
  /** Errors of the page, and what its policy has refused. */
  private readonly complaints: string[] = [];

  constructor(
    readonly page: Page,
    readonly origin: string,
  ) {
    page.setDefaultTimeout(patienceMs);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !harmless.test(message.text())) this.complaints.push(message.text());
    });
    page.context().on('response', (response) => {
      const url = response.url();
      if (url.endsWith('.js')) this.scripts.push(url);
      if (url.includes('/api/v1/') && !/\/(?:stream|events)$/.test(new URL(url).pathname))
        this.answers.push(
          response.text().then(
            (text) => `${url} ${text}`,
            () => url,
          ),
        );
    });
  }

  /** Opens the start page of a server. */
  static async at<Who extends Visitor>(
    this: new (page: Page, origin: string) => Who,
    browser: Browser,
    origin: string,
    options: BrowserContextOptions = {},
  ): Promise<Who> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    const visitor = new this(await context.newPage(), origin);
    await visitor.page.goto(visitor.origin);
    return visitor;
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.page.getByLabel('Email').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.origin + path);
  }

  /** Resolves when no part of the page is on its way any more. */
  async loaded(): Promise<void> {
    const parts = this.page.getByRole('status').filter({ hasText: 'Loading' });
    await until(async () => (await parts.count()) === 0);
  }

  /** Nothing of WCAG 2.2 A and AA that axe can see. Over the debugger's own channel: the page's policy lets no script in. */
  async expectAccessible(what: string): Promise<void> {
    const debug = await this.page.context().newCDPSession(this.page);
    await debug.send('Runtime.evaluate', { expression: axe });
    const { result } = await debug.send('Runtime.evaluate', {
      expression: `axe.run(${JSON.stringify({ exclude: exceptions })}, ${JSON.stringify({ runOnly: standards })}).then(
        ({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 200))]))`,
      awaitPromise: true,
      returnByValue: true,
    });
    await debug.detach();
    expect({ what, violations: result.value as unknown }).toEqual({ what, violations: [] });
  }

  /** Closes the browser's window; throws when its pages have complained. */
  async leave(): Promise<void> {
    await this.page.context().close();
    expect(this.complaints).toEqual([]);
  }
}
