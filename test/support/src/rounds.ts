const { HELPDESKLY_TEST_ROUNDS = '1' } = process.env;

/**
 * How often the tests that kill a process at each step do so, counted from 1: one time, ten times by `npm run test:long`. A race that one
 * round wins may be lost in another.
 */
export const rounds: readonly number[] = Array.from(
  { length: Number(HELPDESKLY_TEST_ROUNDS) },
  (_, index) => index + 1,
);
