interface Line {
  last: Promise<unknown>;
  length: number;
}

/** Runs work with the same key one after the other, in order of arrival. */
export class Turns {
  private readonly lines = new Map<string, Line>();

  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(key) ?? { last: Promise.resolve(), length: 0 };
    this.lines.set(key, line);
    const turn = line.last.then(work);
    line.last = turn.catch(() => undefined); // The next one waits for its end, not for its success.
    line.length++;
    try {
      return await turn;
    } finally {
      if (--line.length === 0) this.lines.delete(key);
    }
  }

  /** How much work of this key runs or waits. */
  length(key: string): number {
    return this.lines.get(key)?.length ?? 0;
  }

  /** How many keys have work. */
  get size(): number {
    return this.lines.size;
  }
}
