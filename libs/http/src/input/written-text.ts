/** Invisible characters: spaces, controls, and characters that Unicode or fonts leave blank. */
const invisible = /[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** The same, and combining marks without a letter. */
const invisibleOnly = /^[\s\p{Z}\p{Cc}\p{Cf}\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\u2800]*$/u;
const ignorable = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * The stored form of a text: trimmed, and in Unicode's composed form (NFC), so that the same text from another system
 * is equal. Other values are unchanged.
 */
export function tidy(value: unknown): unknown {
  return typeof value === 'string' ? value.normalize('NFC').trim() : value;
}

/** The same without trimming, for passwords. */
export function composed(value: unknown): unknown {
  return typeof value === 'string' ? value.normalize('NFC') : value;
}

/** Whether a text has no visible character. */
export function isBlank(text: string): boolean {
  return invisibleOnly.test(text);
}

/** Whether a text has an invisible character. */
export function hasInvisible(text: string): boolean {
  return invisible.test(text);
}

/** The key that decides whether two names are the same: in lower case, composed, without invisible characters. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFC').replace(ignorable, '').toLowerCase();
}
