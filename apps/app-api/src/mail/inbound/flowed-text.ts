/**
 * RFC 3676: lines that end with a space go on in the next one of the same depth of quoting. A signature's line (`-- `) never does.
 */
export function unflowed(text: string, deletesSpace: boolean): string {
  const paragraphs: string[] = [];
  let open: { depth: number; text: string } | undefined;
  const close = () => {
    if (open !== undefined) paragraphs.push(quoted(open.depth, open.text));
    open = undefined;
  };
  for (const line of text.split(/\r?\n/)) {
    const [marks = ''] = /^>*/.exec(line) ?? [];
    const rest = line.slice(marks.length);
    const content = rest.startsWith(' ') ? rest.slice(1) : rest;
    const isSignature = content === '-- ';
    if (open !== undefined && (open.depth !== marks.length || isSignature)) close();
    const whole: string = (open?.text ?? '') + content;
    const flows = content.endsWith(' ') && !isSignature;
    open = { depth: marks.length, text: flows && deletesSpace ? whole.slice(0, -1) : whole };
    if (!flows) close();
  }
  close();
  return paragraphs.join('\n');
}

const quoted = (depth: number, text: string) => (depth === 0 ? text : `${'>'.repeat(depth)} ${text}`);
