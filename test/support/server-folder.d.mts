/** A new folder that the server's own user can enter, in memory where there is plenty of it. Whoever asked for it removes it. */
export function serverFolder(kind: string): Promise<string>;
