import addressparser from 'nodemailer/lib/addressparser';
import libmime from 'libmime';
import { decodeText } from './mail-charset.js';

/** A mailbox as a header names it. `address` has an `@`. */
export interface MailAddress {
  readonly address: string;
  readonly name: string;
}

const mostBytes = 1024 * 1024;
const mostLines = 2000;

/** The header fields of a message or of a part of it, unfolded, in the order in which they stand. */
export class MailHeaders {
  /** Whether it was longer than any header is, and its end is left out. */
  readonly isCut: boolean;
  private readonly fields: readonly (readonly [name: string, value: string])[];

  constructor(block: Buffer) {
    const lines = decodeText(block.subarray(0, mostBytes), undefined)
      .replace(/\r?\n[ \t]+/g, ' ')
      .split(/\r?\n/, mostLines + 1);
    this.isCut = block.length > mostBytes || lines.length > mostLines;
    this.fields = lines.flatMap((line) => {
      const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/s.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value.trim()] as const];
    });
  }

  /** The raw values of all fields of that name. */
  all(name: string): readonly string[] {
    return this.fields.flatMap(([each, value]) => (each === name ? [value] : []));
  }

  first(name: string): string | undefined {
    return this.all(name)[0];
  }

  has(name: string): boolean {
    return this.all(name).length > 0;
  }

  /** Text with its encoded words decoded. */
  text(name: string): string {
    return decodedWords(this.first(name) ?? '');
  }

  /** The mailboxes of all fields of that name; those of groups too. What holds no address is left out. */
  addresses(name: string): readonly MailAddress[] {
    return this.all(name).flatMap((value) =>
      addressparser(value, { flatten: true }).flatMap(({ address, name: called }) => {
        const plain = decodedWords(address).trim();
        return isAddress(plain) ? [{ address: plain, name: decodedWords(called) }] : [];
      }),
    );
  }

  /** Message ids, without their angle brackets. Comments hold none; ids that stand without a space are apart. */
  messageIds(name: string): readonly string[] {
    return this.all(name).flatMap((value) => {
      const plain = withoutComments(value);
      const ids = [...plain.matchAll(/<([^<>\s]+)>/g)].map(([, id = '']) => id);
      return ids.length > 0 || !plain.includes('@') ? ids : plain.trim().split(/[\s,]+/);
    });
  }
}

/** RFC 5321: a local part of 64 octets and 254 in all. Whoever writes without a domain cannot be answered. */
function isAddress(text: string): boolean {
  return Buffer.byteLength(text) <= 254 && /^[^\s@<>()[\],;:\\"]{1,64}@[^\s@<>()[\],;:\\"]+$/u.test(text);
}

/** Comments in parentheses, which nest, outside of angle brackets. */
function withoutComments(value: string): string {
  let depth = 0;
  let bracketed = false;
  let kept = '';
  for (const character of value) {
    if (depth === 0 && character === '<') bracketed = true;
    if (character === '(' && !bracketed) depth++;
    else if (character === ')' && depth > 0) depth--;
    else if (depth === 0) kept += character;
    if (character === '>') bracketed = false;
  }
  return kept;
}

function decodedWords(value: string): string {
  return plainText(libmime.decodeWords(value)).replace(/\s+/g, ' ').trim();
}

/** What PostgreSQL can store: no NUL and no half of a surrogate pair. */
export function plainText(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
}
