/** Routes that have no command, and why. */
export const leftOut: ReadonlyMap<string, string> = new Map([
  ['POST /queues/session', 'It sets a cookie in a browser, and the board is a page: a terminal has neither.'],
]);
