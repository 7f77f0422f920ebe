import { createHmac, randomBytes } from 'node:crypto';
import { familyNames, givenNames, labelKinds, labelWords, sentences, tagWords } from './words.js';

/** No text is longer: a stand-in tells how much somebody wrote, not to the letter. */
const longestText = 2000;

/**
 * Believable stand-ins for what people are called and what they wrote: the same one for the same thing, as long as this lives. They
 * come from a key that nothing else knows: whoever has the stand-ins alone cannot try what they were made of.
 */
export class Pseudonyms {
  private readonly key = randomBytes(32);

  /** Of whoever has this address. */
  person(address: string): string {
    const { given, family } = this.namesOf(address);
    return `${given} ${family}`;
  }

  /** One at a domain that is nobody's. An address under `.invalid` stands for nobody already. */
  address(address: string): string {
    if (address === '' || address.endsWith('.invalid')) return address;
    const { given, family, rest } = this.namesOf(address);
    return `${given}.${family}.${rest}@example.com`.toLowerCase();
  }

  /** Of a group, an organization or another thing that has a name; each has one of its own. */
  label(name: string): string {
    const digest = this.digest('label', name.toLowerCase());
    const [word, kind] = [choose(labelWords, digest, 0, name), choose(labelKinds, digest, 4, name)];
    return `${word} ${kind} ${letters(digest, 8)}`;
  }

  tag(tag: string): string {
    const digest = this.digest('tag', tag);
    return `${choose(tagWords, digest, 0, tag)}-${letters(digest, 6)}`;
  }

  /** For a line, such as a title. */
  line(text: string): string {
    if (text === '') return text;
    return choose(sentences, this.digest('text', text), 0, text);
  }

  /** About as long as the text. */
  text(text: string): string {
    if (text === '') return text;
    const wanted = Math.min(text.length, longestText);
    const digest = this.digest('text', text);
    const chosen = [choose(sentences, digest, 0, text)];
    let size = chosen[0]?.length ?? 0;
    for (let next = digest.readUInt32BE(4); ; next = (next * 31 + 7) >>> 0) {
      const sentence = sentences[next % sentences.length] ?? '';
      if (size + sentence.length + 1 > wanted) return chosen.join(' ');
      chosen.push(sentence);
      size += sentence.length + 1;
    }
  }

  /** For what programs compare and nobody reads. */
  opaque(text: string): string {
    return this.digest('opaque', text).toString('hex');
  }

  private namesOf(address: string) {
    const digest = this.digest('person', address.toLowerCase());
    const [given, family] = [choose(givenNames, digest, 0, address), choose(familyNames, digest, 4, address)];
    return { given, family, rest: letters(digest, 10) };
  }

  private digest(kind: string, of: string): Buffer {
    return createHmac('sha256', this.key).update(`${kind}\0${of}`).digest();
  }
}

/** The word that a digest says, or the next one that the original does not have. */
function choose(words: readonly string[], digest: Buffer, at: number, original: string): string {
  const known = original.toLowerCase();
  const first = digest.readUInt32BE(at) % words.length;
  const turned = [...words.slice(first), ...words.slice(0, first)];
  return turned.find((word) => !known.includes(word.toLowerCase())) ?? turned[0] ?? '';
}

/** Some letters and digits that make it the only one. */
function letters(digest: Buffer, count: number): string {
  return digest.readBigUInt64BE(16).toString(36).padStart(13, '0').slice(-count);
}
