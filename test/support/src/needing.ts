import { describe } from '@jest/globals';
import { canStart } from '../../../scripts/processes.mjs';

/**
 * `describe` for tests that start servers which somebody else has to install: skipped where one of them is missing. `npm
 * test` says which, and fails instead with HELPDESKLY_REQUIRE_SERVERS=1.
 */
export const needing = (...programs: readonly string[]): typeof describe.skip =>
  programs.every(canStart) ? describe : describe.skip;
