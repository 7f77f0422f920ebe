/** What shows nothing where it stands: spaces, controls, and characters that Unicode or their fonts leave blank. */
const invisible = /[\s\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** The same, and marks that have no letter to stand on. */
const invisibleOnly = /^[\s\p{Z}\p{Cc}\p{Cf}\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\u2800]*$/u;
const ignorable = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A text as it is kept: without spaces around it, and in Unicode's composed form (NFC), so that what looks the same and was
 * typed on another system is the same. Whatever is no text stays as it is.
 */
export function tidy(value: unknown): unknown {
  return typeof value === 'string' ? value.normalize('NFC').trim() : value;
}

/** The same with the spaces around it, for passwords. */
export function composed(value: unknown): unknown {
  return typeof value === 'string' ? value.normalize('NFC') : value;
}

/** Whether nobody would see anything of a text. */
export function isBlank(text: string): boolean {
  return invisibleOnly.test(text);
}

/** Whether a part of a text is not to be seen. */
export function hasInvisible(text: string): boolean {
  return invisible.test(text);
}

/** A name by which it is told whether two are the same: in lower case, composed, without what nobody sees. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFC').replace(ignorable, '').toLowerCase();
}
