import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { createLogger, NestLogger } from './logging.js';

function lines(write: (logger: ReturnType<typeof createLogger>) => void, level = 'debug'): Record<string, any>[] {
  const written: string[] = [];
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      written.push(line.toString());
      done();
    },
  });
  write(createLogger('test', level, destination));
  return written.map((line) => JSON.parse(line) as Record<string, any>);
}

const logged = (err: unknown) => lines((logger) => logger.error({ err }, 'failed'))[0]?.['err'];

describe('an error in the log', () => {
  it('says its type, message, code and stack, and the same of what caused it', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', address: '10.0.0.1' });
    expect(logged(new TypeError('no answer', { cause }))).toEqual({
      type: 'TypeError',
      message: 'no answer',
      stack: expect.stringContaining('logging.spec'),
      cause: { type: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED', stack: expect.any(String) },
    });
  });

  it("holds nothing of the row that PostgreSQL's error is about", () => {
    const error = new pg.DatabaseError('duplicate key value violates "User_emailKey_key"', 0, 'error');
    Object.assign(error, {
      code: '23505',
      detail: 'Key (emailKey)=(bond@mi6.example) already exists.',
      where: 'COPY "User", line 1: "bond@mi6.example"',
      internalQuery: "SELECT 'bond@mi6.example'",
    });
    const said = logged(error);
    expect(said).toMatchObject({ type: 'DatabaseError', code: '23505', sqlstate: '23505' });
    expect(JSON.stringify(said)).not.toContain('bond');
  });

  it("holds nothing of the arguments that Prisma's error is about, and keeps the SQLSTATE below it", () => {
    const driverAdapterError = Object.assign(new Error('UniqueConstraintViolation'), {
      cause: { originalCode: '23505', originalMessage: 'Key (email)=(bond@mi6.example) already exists.' },
    });
    const error = Object.assign(
      new Error('Raw query failed. Message: `Key (lower(email))=(bond@mi6.example) exists.`'),
      {
        code: 'P2010',
        meta: { driverAdapterError, arguments: { email: 'bond@mi6.example' } },
      },
    );
    const said = logged(error);
    expect(said).toMatchObject({
      code: 'P2010',
      sqlstate: '23505',
      message: expect.stringContaining('Key (lower(email))='),
    });
    expect(JSON.stringify(said)).not.toContain('bond');
  });

  it('says what each address of a host answered, and no password of a URL', () => {
    const errors = [new Error('postgres://admin:hunter2@db/x refused')];
    expect(logged(new AggregateError(errors)).errors).toMatchObject([
      { message: 'postgres://admin:[redacted]@db/x refused' },
    ]);
  });

  it('ends where causes go round in a circle', () => {
    const error = new Error('a');
    error.cause = error;
    expect(JSON.stringify(logged(error)).match(/"message"/g)).toHaveLength(6);
  });

  it('may be anything that was thrown', () => {
    expect(logged('a sentence')).toEqual({ type: 'string', message: 'a sentence' });
  });
});

describe("lines of Nest's Logger", () => {
  const from = (write: (logger: NestLogger) => void) => lines((logger) => write(new NestLogger(logger)));

  it('are debug while Nest boots, and info when they are ours', () => {
    const said = from((nest) => {
      nest.log('AppModule dependencies initialized', 'InstanceLoader');
      nest.log('A tenant is active.', 'ProvisioningWorker');
    });
    expect(said.map(({ level, context }) => [level, context])).toEqual([
      [20, 'InstanceLoader'],
      [30, 'ProvisioningWorker'],
    ]);
  });

  it('carry the fields that are given in place of a sentence', () => {
    const [line] = from((nest) => {
      Logger.overrideLogger(nest);
      new Logger('ProvisioningWorker').error({ msg: 'A tenant failed.', tenant: 'acme' });
      Logger.overrideLogger(false);
    });
    expect(line).toMatchObject({ level: 50, context: 'ProvisioningWorker', tenant: 'acme', msg: 'A tenant failed.' });
  });

  it('say of an error what errors say elsewhere', () => {
    const [line] = from((nest) => nest.error(Object.assign(new Error('gone'), { detail: 'bond@mi6.example' })));
    expect(line).toMatchObject({ level: 50, err: { type: 'Error', message: 'gone' } });
    expect(JSON.stringify(line)).not.toContain('bond');
  });
});
