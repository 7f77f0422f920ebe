import { Secret, TOTP } from 'otpauth';

const period = 30;
/** How many steps a clock may be off, in both directions. */
const window = 1;

/** 160 bits in base32, as authenticator apps take them. Source: RFC 4226, section 4, R6. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** The URL that an app reads from a QR code: SHA-1, 6 digits, 30 seconds, the only values that all apps support. */
export function otpauthUrl(
  secret: string,
  { issuer, account }: { readonly issuer: string; readonly account: string },
): string {
  return new TOTP({ issuer, label: account, secret: Secret.fromBase32(secret), period }).toString();
}

/**
 * The step of 30 seconds since 1970 whose code this is, if that is the present step or one beside it; undefined for any other
 * code. `now` in milliseconds. Source: RFC 6238, section 4.
 */
export function totpStep(secret: string, code: string, now = Date.now()): number | undefined {
  // Apps show it in groups, and some keyboards type wide digits.
  const token = code.normalize('NFKC').replace(/\s/g, '');
  if (!/^[0-9]{6}$/.test(token)) return undefined;
  const totp = new TOTP({ secret: Secret.fromBase32(secret), period });
  const delta = totp.validate({ token, timestamp: now, window });
  return delta === null ? undefined : Math.floor(now / 1000 / period) + delta;
}
