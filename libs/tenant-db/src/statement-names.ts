/** PostgreSQL keeps each of them on each connection that used it. */
const namesMax = 200;
const seenMax = 1000;
const worthNaming = 3;

/**
 * Names for the statements that come again and again, so that PostgreSQL parses them once a connection: from the third
 * time on, and the first so many. A statement's text is the same for all tenants, so all clients share one of these.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private readonly seen = new Map<string, number>();

  /** Empty for a statement that is not worth a name. */
  of(sql: string): string {
    const known = this.names.get(sql);
    if (known !== undefined) return known;
    if (this.names.size >= namesMax) return '';
    const times = (this.seen.get(sql) ?? 0) + 1;
    if (times < worthNaming) {
      if (this.seen.size >= seenMax) this.seen.clear(); // So many different ones: most of them never came again.
      this.seen.set(sql, times);
      return '';
    }
    const name = `s${this.names.size}`;
    this.names.set(sql, name);
    this.seen.delete(sql);
    return name;
  }
}
