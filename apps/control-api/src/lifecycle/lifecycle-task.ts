/**
 * Changes to an existing tenant: let its roles log in or not (`access`), replace the current credential with the next one
 * (`rotate`), drop the former one (`retire`), delete everything of it (`purge`).
 */
export const lifecycleTasks = ['access', 'rotate', 'retire', 'purge'] as const;
export type LifecycleTask = (typeof lifecycleTasks)[number];
