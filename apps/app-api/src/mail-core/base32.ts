const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/** 16 bytes as 26 of `[a-z2-7]`: what a local part may hold in any case. */
export function base32(bytes: Uint8Array): string {
  const digits = BigInt(`0x${Buffer.from(bytes.subarray(0, 16)).toString('hex')}`).toString(32);
  return digits.padStart(26, '0').replace(/./g, (digit) => letters.charAt(Number.parseInt(digit, 32)));
}

/** The 16 bytes that `base32` made a text of, whatever its case; undefined for any other text. */
export function fromBase32(text: string): Buffer | undefined {
  if (!/^[a-z2-7]{26}$/i.test(text)) return undefined;
  let value = 0n;
  for (const letter of text.toLowerCase()) value = value * 32n + BigInt(letters.indexOf(letter));
  return value >> 128n === 0n ? Buffer.from(value.toString(16).padStart(32, '0'), 'hex') : undefined;
}
