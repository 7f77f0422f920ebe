/** What stands around an address in a mail's head, a list or a sentence. */
const apart = /[\s<>()[\]{}"“”„«»‹›,;|]/u;
const quotes = new Set("'‘’`");
const endings = new Set("'‘’`.:!?");
const scheme = 'mailto:';

/** The parts of a text that hold an @, bare of what they were pasted with: `Anna <anna@firm.example>,` has `anna@firm.example`. */
export function writtenAddresses(text: string): string[] {
  const parts = text.split(apart).filter((part) => part.includes('@'));
  return [...new Set(parts.map(bare).filter((part) => part.includes('@')))];
}

function bare(part: string): string {
  const unquoted = part.slice(countAtStart(part, quotes));
  const isLink = unquoted.toLowerCase().startsWith(scheme);
  const [address = ''] = isLink ? unquoted.slice(scheme.length).split('?') : [unquoted];
  return address.slice(0, address.length - countAtStart([...address].reverse().join(''), endings));
}

function countAtStart(text: string, among: ReadonlySet<string>): number {
  const other = [...text].findIndex((character) => !among.has(character));
  return other === -1 ? text.length : other;
}
