import { atWorkersEnd } from '../jest/worker-end.mjs';
import { signInOperator, startSystem, type System } from './system.js';

let shared: Promise<System> | undefined;

/**
 * One system for all files of a worker, since a start takes seconds: for tests that stay in tenants of their own, fail few
 * logins and look at nothing of the installation. It runs until the worker ends; `close` does nothing.
 */
export async function sharedSystem(): Promise<System> {
  if (shared === undefined) {
    shared = startSystem();
    shared.then(
      (system) => atWorkersEnd(() => system.close()),
      () => (shared = undefined),
    );
  }
  const system = await shared;
  return { ...system, ...(await signInOperator(system)), close: async () => undefined };
}
