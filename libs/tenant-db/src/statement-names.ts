/** PostgreSQL stores each named statement on each connection that used it. */
const namesMax = 200;
const seenMax = 1000;
const worthNaming = 3;

/**
 * Names for repeated statements, so that PostgreSQL parses them once per connection. A statement gets a name at its third use, up to
 * a limit. A statement's text is the same for all tenants, so all clients share one instance.
 */
export class StatementNames {
  private readonly names = new Map<string, string>();
  private readonly seen = new Map<string, number>();

  /** Empty for a statement that needs no name. */
  of(sql: string): string {
    const known = this.names.get(sql);
    if (known !== undefined) return known;
    if (this.names.size >= namesMax) return '';
    const times = (this.seen.get(sql) ?? 0) + 1;
    if (times < worthNaming) {
      if (this.seen.size >= seenMax) this.seen.clear(); // With so many different statements, most of them never repeated.
      this.seen.set(sql, times);
      return '';
    }
    const name = `s${this.names.size}`;
    this.names.set(sql, name);
    this.seen.delete(sql);
    return name;
  }
}
