/** Whether a program can be started here. */
export function canStart(program: string): boolean;

/** Whether there is a process with this number, whoever's it is. */
export function isAlive(pid: number): boolean;
