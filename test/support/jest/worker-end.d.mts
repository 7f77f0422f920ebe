/** Does `work` when Jest ends this worker; where Jest runs the tests itself, before the tests' server goes. */
export function atWorkersEnd(work: () => Promise<void>): void;
export function endWorker(): Promise<void>;
