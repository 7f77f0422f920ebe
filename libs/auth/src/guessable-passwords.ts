import { dictionary } from '@zxcvbn-ts/language-common';
import { alnum, plain } from './password-text.js';
import { isSimple, repeatedUnit } from './simple-passwords.js';

/** The password's owner, in words that attackers would try first. */
export interface PasswordOwner {
  readonly email: string;
  readonly name: string;
  /** Names of what the account belongs to, such as its tenant's slug and name. */
  readonly places: readonly string[];
}

/** A broken rule: a code for programs and a sentence for people. */
export type PasswordFault = readonly [code: string, message: string];

/** This many additional letters or digits do not make a common password or a name hard to guess. */
const padding = 4;
/** A shorter entry of the list does not make a password guessable that contains it. */
const shortestCommon = 6;
const shortestPart = 3;

/** The 49,000 passwords that occur most often in leaks, in lower case. */
const common: ReadonlySet<string> = new Set(
  dictionary['passwords-common'].filter((entry) => entry.length >= shortestCommon).map(plain),
);

/**
 * Why attackers would guess the password early, or undefined. Ignores case, accents, compatibility forms (NFKC) and all characters that
 * are neither letters nor digits. Takes 12 to 128 characters.
 */
export function passwordFault(password: string, owner: PasswordOwner): PasswordFault | undefined {
  const text = alnum(password);
  const unit = repeatedUnit(text);
  if (isSimple(plain(password)) || (text.length * 3 >= password.length * 2 && isSimple(text)))
    return ['too_simple', 'This is a run or a repetition, which is guessed at once. Take some words, for example.'];
  if (isOf(owner, text) || isOf(owner, unit))
    return [
      'too_personal',
      'This is little more than the name or email of the account, or of what it belongs to, which is guessed at once.',
    ];
  if (isCommon(plain(password), text) || common.has(unit))
    return ['too_common', 'This is one of the passwords that are tried first. Take some words, for example.'];
  return undefined;
}

function isCommon(password: string, text: string): boolean {
  if (common.has(password)) return true;
  for (let before = 0; before <= padding; before++) {
    for (let behind = 0; before + behind <= padding; behind++) {
      const core = text.slice(before, text.length - behind);
      if (core.length >= shortestCommon && common.has(core)) return true;
    }
  }
  return false;
}

/** Whether little of a text remains without its owner's words; the longest word is removed first. */
function isOf(owner: PasswordOwner, text: string): boolean {
  if (text === '') return false;
  let rest = text;
  for (const word of wordsOf(owner)) rest = rest.replaceAll(word, ' ');
  return rest !== text && [...rest.replaceAll(' ', '')].length <= padding;
}

function wordsOf({ email, name, places }: PasswordOwner): string[] {
  const local = email.slice(0, email.lastIndexOf('@'));
  const whole = [email, local, name, ...places];
  const parts = whole.flatMap((one) => one.split(/[^\p{L}\p{N}\p{M}]/u)).filter((part) => part.length >= shortestPart);
  const words = new Set([...whole, ...parts].map(alnum).filter((word) => word.length > 1));
  return [...words].sort((a, b) => b.length - a.length);
}
