import { describe, expect, it } from '@jest/globals';
import { describeFailure } from './describe-failure.js';
import { isConnectionFailure } from './failures.js';

const withCode = (code: string, message = 'no') => Object.assign(new Error(message), { code });

describe('the description of a failure', () => {
  it("keeps PostgreSQL's message and detail", () => {
    const error = Object.assign(new Error('relation "x" already exists'), { detail: 'It was there.' });
    expect(describeFailure(error)).toBe('relation "x" already exists It was there.');
  });

  it('shows neither URLs nor passwords nor verifiers', () => {
    const error = new Error(
      'postgres://admin:secret@db:5432/x refused, password=hunter2 SCRAM-SHA-256$4096:c2FsdA==$a:b',
    );
    expect(describeFailure(error)).toBe('[url] refused, password=[hidden] [verifier]');
  });

  it('says what each address of a host answered', () => {
    const error = new AggregateError([
      new Error('connect ECONNREFUSED ::1:1'),
      new Error('connect ECONNREFUSED 127.0.0.1:1'),
    ]);
    expect(describeFailure(error)).toBe('connect ECONNREFUSED ::1:1; connect ECONNREFUSED [address]');
  });

  it('blames no database server for another store that is away', () => {
    const store = Object.assign(withCode('service_unavailable', 'Files cannot be stored.'), {
      cause: withCode('ECONNREFUSED', 'connect ECONNREFUSED'),
    });
    expect(describeFailure(store)).toBe('Files cannot be stored.');
    expect(isConnectionFailure(store)).toBe(false);
    expect(isConnectionFailure(store.cause)).toBe(true);
  });

  it('names neither the host nor the file that it was about', () => {
    expect(describeFailure(withCode('ENOTFOUND', 'getaddrinfo ENOTFOUND db7.internal'))).toBe(
      'the database server cannot be reached',
    );
    expect(describeFailure(new Error('could not open file "/var/lib/postgresql/18/base/5/1": gone'))).toBe(
      'could not open file "[file]": gone',
    );
  });

  it('never ends in nothing', () => {
    expect(describeFailure(withCode('EODD', ''))).toBe('EODD');
    expect(describeFailure(undefined)).toBe('unknown failure');
  });
});
