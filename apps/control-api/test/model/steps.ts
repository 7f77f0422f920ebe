import { expect } from '@jest/globals';

const names = ['ensureRole', 'ensureDatabase', 'ensureMigrations', 'ensureAdmin', 'verify', 'activate'];
/** The step that fails for an unlucky tenant, and what PostgreSQL says to it: see World. */
const failing = names.indexOf('ensureAdmin');
export const complaint = 'no luck';
/** The reason of an unlucky tenant's status. */
export const misfortune = `ensureAdmin: ${complaint}`;

const toCome = { status: 'PENDING', startedAt: null, durationMs: null, error: null };
const done = { status: 'DONE', startedAt: expect.any(String), durationMs: expect.any(Number), error: null };
const failed = { ...done, status: 'FAILED', error: complaint };

/** The steps of provisioning as the API shows them: before the first one, after the last one, after the one that fails. */
export const stepsToCome = names.map((name) => ({ name, ...toCome }));
export const stepsDone = names.map((name) => ({ name, ...done }));
export const stepsFailed = names.map((name, position) => ({
  name,
  ...(position < failing ? done : position === failing ? failed : toCome),
}));
