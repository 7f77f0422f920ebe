/** What a person is known by: addresses go from all texts of a helpdesk, names from the tickets where the person took part. */
export interface PersonalWords {
  readonly addresses: readonly string[];
  readonly names: readonly string[];
}

/** Fewer letters stand for nobody. */
const shortest = 3;
/** Names of two characters are usual where each is a syllable. */
const syllables = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/**
 * The words of somebody with these addresses and names, present and former ones: in each of their spellings (composed and
 * decomposed, addresses as they stand in links), each once, the longest first, so that none is cut by a part of it.
 */
export function personalWords(addresses: readonly string[], names: readonly string[]): PersonalWords {
  const telling = names.map((name) => name.trim()).filter((name) => [...name].length >= leastOf(name));
  return {
    addresses: spelled(addresses.flatMap((address) => [address, address.replace('@', '%40')])),
    names: spelled(telling),
  };
}

const leastOf = (name: string) => (syllables.test(name) ? shortest - 1 : shortest);

function spelled(words: readonly string[]): string[] {
  const all = new Set(words.flatMap((word) => [word.normalize('NFC'), word.normalize('NFD')]));
  return [...all].sort((one, other) => other.length - one.length);
}
