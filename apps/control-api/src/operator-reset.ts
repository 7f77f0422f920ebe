import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { passwordFault, Passwords } from '@helpdeskly/auth';
import { ControlDatabase } from '@helpdeskly/catalog';
import { ConfigError, readResetConfig } from '@helpdeskly/config';
import { describeFailure, onceItServes } from '@helpdeskly/database';
import { type FieldError, ValidationFailed } from '@helpdeskly/errors';
import { readInput } from '@helpdeskly/http';
import { CreateOperatorDto } from './operators/operators.dto.js';
import { resetOwner } from './operators/owner-reset.js';
import { passwordOwner } from './operators/password-owner.js';

const usage = 'Usage: npm run operator:reset -- --email owner@example.com [--password-stdin]';

/** Raised for wrong input. */
class Refused extends Error {}

/** Resets a lost OWNER, for somebody with access to the host: see docs/operations.md. Exits with 2 if the input is wrong. */
try {
  const { email, passwordFromInput } = readArguments();
  const password = passwordFromInput ? (await text(process.stdin)).replace(/\r?\n$/, '') : newPassword();
  assertWellFormed(email, password);
  const control = new ControlDatabase(readResetConfig().controlDatabaseUrl, { max: 1 });
  try {
    const reset = () => resetOwner(control, new Passwords(), { email, password });
    const outcome = await onceItServes(reset, (sentence) => process.stderr.write(`${sentence}\n`));
    process.stdout.write(`${email} ${outcome === 'created' ? 'is a new OWNER' : 'is an OWNER with a new password'}.\n`);
    if (!passwordFromInput) process.stdout.write(`Password: ${password}\n`);
  } finally {
    await control.close();
  }
} catch (error) {
  const wrongInput = error instanceof Refused || error instanceof ConfigError;
  process.stderr.write(`${wrongInput ? error.message : `Nothing was changed: ${describeFailure(error)}`}\n`);
  process.exitCode = wrongInput ? 2 : 1;
}

function readArguments(): { email: string; passwordFromInput: boolean } {
  try {
    const options = { email: { type: 'string' }, 'password-stdin': { type: 'boolean', default: false } } as const;
    const { values } = parseArgs({ options });
    if (values.email === undefined) throw new Refused(`--email is missing.\n${usage}`);
    return { email: values.email.trim(), passwordFromInput: values['password-stdin'] };
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(`${(error as Error).message}\n${usage}`);
  }
}

function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

/** The same rules as in POST /operators. */
function assertWellFormed(email: string, password: string): void {
  try {
    readInput(CreateOperatorDto, { email, password, name: 'Owner', role: 'OWNER' });
  } catch (error) {
    if (!(error instanceof ValidationFailed)) throw error;
    const errors = error.members.errors as readonly FieldError[];
    throw new Refused(errors.map(({ field, message }) => `${field}: ${message}`).join('\n'));
  }
  const fault = passwordFault(password, passwordOwner({ email, name: 'Owner' }));
  if (fault !== undefined) throw new Refused(`password: ${fault[1]}`);
}
