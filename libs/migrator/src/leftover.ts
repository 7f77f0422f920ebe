/** What a statement that was broken off has left, and how that is taken away. */
export interface Leftover {
  readonly description: string;
  /** A statement that stands alone. */
  readonly remedy: string;
}

export function describeLeft(left: readonly Leftover[]): string {
  return left.map(({ description }) => description).join(', ');
}
