/** Escapes LIKE's wildcards and its escape character, so that the pattern matches the text itself. */
export function likeLiteral(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
