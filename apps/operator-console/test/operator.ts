import { randomBytes } from 'node:crypto';
import type { Caller, System } from '@helpdeskly/testing';
import { Visitor } from '@helpdeskly/testing/browser';
import { Secret, TOTP } from 'otpauth';
import type { Browser, BrowserContextOptions } from 'playwright-core';

const password = 'a password of many words';

/** An operator of a system, made for one test. */
export interface TestOperator {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

export async function newOperator(
  { operator }: System,
  role: 'OWNER' | 'OPERATOR' | 'VIEWER' = 'OWNER',
): Promise<TestOperator> {
  const account = { email: `o-${randomBytes(5).toString('hex')}@example.test`, name: 'Olga Operator', password };
  const { status, body } = await operator.post('/operators', { ...account, role });
  if (status !== 201) throw new Error(`an operator was answered ${status}: ${JSON.stringify(body)}`);
  return account;
}

/** Turns an operator's second factor on. Codes count once; here the same one may be used again, so that no test waits for the next. */
export async function setUpFactor(
  { control, installation }: System,
  { email }: TestOperator,
): Promise<{ code: () => Promise<string>; recoveryCodes: readonly string[] }> {
  const { body: session } = await control.as().post('/auth/login', { email, password });
  const caller: Caller = control.as({ authorization: `Bearer ${session.accessToken}` });
  const { body } = await caller.post('/auth/mfa/totp');
  const totp = new TOTP({ secret: Secret.fromBase32(body.secret) });
  const { status, body: confirmed } = await caller.post('/auth/mfa/totp/confirm', { code: totp.generate() });
  if (status !== 200) throw new Error(`the second factor was answered ${status}: ${JSON.stringify(confirmed)}`);
  return {
    code: async () => {
      await installation.query('UPDATE "OperatorTotp" SET "lastStep" = 0');
      return totp.generate();
    },
    recoveryCodes: confirmed.recoveryCodes,
  };
}

/** Opens the console as an operator without a second factor. */
export async function enter(
  browser: Browser,
  system: System,
  operator: TestOperator,
  options?: BrowserContextOptions,
): Promise<Visitor> {
  const visitor = await Visitor.at(browser, system.control.origin, options);
  await visitor.page.locator('input[type=email]').fill(operator.email);
  await visitor.page.locator('input[type=password]').fill(operator.password);
  await visitor.page.keyboard.press('Enter');
  await visitor.page.getByRole('navigation').first().waitFor();
  return visitor;
}
