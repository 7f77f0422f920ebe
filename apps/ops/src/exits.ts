/** What a program that called us learns from the exit code; documented in docs/operations.md. */
export const exits = {
  done: 0,
  /** The API refused the request: it is wrong, or not possible now. */
  refused: 1,
  /** The command line is wrong, or a confirmation is missing. */
  usage: 2,
  /** Not signed in, or not allowed. */
  forbidden: 3,
  /** The API cannot be reached, or failed. */
  unavailable: 4,
  /** Work that was waited for ended badly. */
  failed: 5,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** Ends the command with a sentence and an exit code. */
export class Ended extends Error {
  constructor(
    readonly exit: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** The API answered with an error. */
export class Refused extends Ended {
  constructor(
    readonly status: number,
    exit: number,
    sentence: string,
    /** What the API said. */
    readonly problem: object,
  ) {
    super(exit, sentence);
  }
}
