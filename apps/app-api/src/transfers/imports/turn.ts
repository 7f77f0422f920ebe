/** After so long it is the turn of other tenants. In milliseconds. */
const shortest = 15_000;

/**
 * The time of one turn. Each one reads the archive from its beginning, and so a turn lasts at least as long as it took to come to what is
 * new: all turns together cost no more than twice the work, however large a file is.
 */
export class Turn {
  private readonly started: number;
  private until: number;
  private hasBegun = false;

  constructor(private readonly now: () => number = Date.now) {
    this.started = now();
    this.until = this.started + shortest;
  }

  /** What was read before has been passed. */
  begin(): void {
    if (this.hasBegun) return;
    this.hasBegun = true;
    this.until = this.now() + Math.max(shortest, this.now() - this.started);
  }

  get isOver(): boolean {
    return this.now() > this.until;
  }
}
