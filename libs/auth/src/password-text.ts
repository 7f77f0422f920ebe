/** A password as it is compared: NFKC, in lower case. */
export const plain = (text: string) => text.normalize('NFKC').toLowerCase();

/** Its letters and digits alone, without accents. */
export const alnum = (text: string) =>
  plain(text)
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .normalize('NFC');
