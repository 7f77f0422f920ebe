/** What an interrupted statement left behind, and how to remove it. */
export interface Leftover {
  readonly description: string;
  /** A statement that must run alone. */
  readonly remedy: string;
}

export function describeLeft(left: readonly Leftover[]): string {
  return left.map(({ description }) => description).join(', ');
}
