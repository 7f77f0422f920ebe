/** The form in which we compare passwords: NFKC, in lower case. */
export const plain = (text: string) => text.normalize('NFKC').toLowerCase();

/** Only its letters and digits, without accents. */
export const alnum = (text: string) =>
  plain(text)
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .normalize('NFC');
