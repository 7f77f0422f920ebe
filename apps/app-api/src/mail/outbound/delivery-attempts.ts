/** How long a mail that is put off is tried again. */
const longestMs = 48 * 3_600_000;
const firstMs = 30_000;
/** The longest pause; after an error without a reply the relay is away, and all mails wait for it. */
const pauses = { replied: 4 * 3_600_000, away: 900_000 };

/** Why a mail did not leave. */
export interface Refusal {
  /** Trying again is of no use. */
  readonly permanent: boolean;
  /** The enhanced status code (RFC 3463), else the reply code; null when there was no reply. */
  readonly code: string | null;
}

/** In how many milliseconds a mail is tried again; undefined: it is given up. `chance` is from 0 to 1. */
export function nextAttemptInMs(
  { permanent, code }: Refusal,
  { attempts, ageMs }: { readonly attempts: number; readonly ageMs: number },
  chance = Math.random(),
): number | undefined {
  if (permanent || ageMs >= longestMs) return undefined;
  const longest = code === null ? pauses.away : pauses.replied;
  const delay = Math.min(firstMs * 2 ** (attempts - 1), longest) * (0.75 + chance / 2);
  return Math.min(delay, longestMs - ageMs);
}

/** Steps of SMTP whose 5xx is about this mail, and not about the connection or our account at the relay. */
const aboutTheMail = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);

interface SmtpError {
  readonly code?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
  readonly command?: unknown;
  readonly rejectedErrors?: readonly SmtpError[];
}

/** What an error of nodemailer means for a mail to one recipient. One that is not a reply of the relay is of the connection. */
export function readRefusal(error: unknown): Refusal {
  const { rejectedErrors: [rejected] = [], ...whole } = error as SmtpError;
  const { code, responseCode, response, command } = rejected ?? whole;
  if (typeof responseCode !== 'number') return unsendable(code, command) ?? { permanent: false, code: null };
  const [, enhanced] = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(typeof response === 'string' ? response : '') ?? [];
  const isFinal = responseCode >= 500 && responseCode < 600;
  return { permanent: isFinal && aboutTheMail.has(String(command)), code: enhanced ?? String(responseCode) };
}

/** What nodemailer does not even offer to the relay: an address that is none, or a mail above the size that the relay announces. */
function unsendable(code: unknown, command: unknown): Refusal | undefined {
  if (code === 'EENVELOPE' && command === 'API') return { permanent: true, code: '5.1.3' };
  if (code === 'EMESSAGE' && command === 'MAIL FROM') return { permanent: true, code: '5.3.4' };
  return undefined;
}
