import type { TestTenant } from '@helpdeskly/testing';
import { Visitor as Somebody } from '@helpdeskly/testing/browser';
import type { Browser, BrowserContextOptions } from 'playwright-core';

export { startBrowser } from '@helpdeskly/testing/browser';

const password = 'a password of many words';

/** Somebody at a helpdesk, with the password of the tests' people. */
export class Visitor extends Somebody {
  /** Opens the start page of a helpdesk that a server answers for. */
  static async arrive(
    browser: Browser,
    { slug }: TestTenant,
    server: string,
    options: BrowserContextOptions = {},
  ): Promise<Visitor> {
    return Visitor.at(browser, `http://${slug}.localhost:${new URL(server).port}`, options);
  }

  override signIn(email: string, withPassword: string = password): Promise<void> {
    return super.signIn(email, withPassword);
  }
}
