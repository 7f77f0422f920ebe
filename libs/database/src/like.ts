/** A text as a LIKE pattern that finds the text itself: LIKE's wildcards and its escape stand for themselves. */
export function likeLiteral(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
