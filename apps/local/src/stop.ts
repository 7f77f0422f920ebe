/** Raised when the start cannot go on; its message is for the person at the terminal. */
export class StartFailed extends Error {}

/** The way down: what was started last is stopped first, once, however often it is asked for. */
export class Stop {
  readonly requested: Promise<void>;
  private readonly steps: (() => Promise<void> | void)[] = [];
  private request!: () => void;
  private readonly controller = new AbortController();

  constructor() {
    this.requested = new Promise((resolve) => (this.request = resolve));
  }

  /** Aborts when it is requested. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get asked(): boolean {
    return this.signal.aborted;
  }

  /** A signal: npm and the terminal send it twice, the second one changes nothing. */
  ask(): void {
    if (this.asked) return;
    this.controller.abort(new StartFailed('stopped'));
    console.log('\nStopping …');
    this.request();
  }

  /** Adds a step to be done when everything added after it is done. */
  then(step: () => Promise<void> | void): void {
    this.steps.push(step);
  }

  /** Waits for work, but not past a request to stop. */
  async race<T>(work: Promise<T>): Promise<T> {
    const stopped = this.requested.then(() => {
      throw new StartFailed('stopped');
    });
    return Promise.race([work, stopped]);
  }

  async finish(): Promise<void> {
    for (const step of this.steps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        console.error(error);
        process.exitCode = 1;
      }
    }
  }
}
