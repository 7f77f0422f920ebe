/**
 * What is done to a tenant that is there: let its roles log in or not (`access`), put the next credential in the place of
 * the present one (`rotate`), end the former one (`retire`), leave nothing of it (`purge`).
 */
export const lifecycleTasks = ['access', 'rotate', 'retire', 'purge'] as const;
export type LifecycleTask = (typeof lifecycleTasks)[number];
