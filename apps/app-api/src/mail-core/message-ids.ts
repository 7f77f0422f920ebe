import { base32, fromBase32 } from './base32.js';

/** What a Message-ID of ours names. */
export interface OwnMessage {
  readonly deliveryId: string;
  /** Undefined for a mail about no ticket. */
  readonly ticketId: string | undefined;
}

/** A mail's Message-ID, without the angle brackets: the same for each attempt to send it. */
export function messageIdOf({ ticketId, deliveryId }: OwnMessage, host: string): string {
  const about = ticketId === undefined ? '' : `${written(ticketId)}.`;
  return `${about}${written(deliveryId)}@${host}`;
}

/** What a Message-ID names if it has our form, whatever its case and brackets. The host does not count: MAIL_DOMAIN may have changed. */
export function readOwnMessageId(text: string): OwnMessage | undefined {
  const [, first = '', second] = /^<?([a-z2-7]{26})(?:\.([a-z2-7]{26}))?@[a-z0-9.-]+>?$/i.exec(text.trim()) ?? [];
  const deliveryId = uuidOf(second ?? first);
  const ticketId = second === undefined ? undefined : uuidOf(first);
  if (deliveryId === undefined || (second !== undefined && ticketId === undefined)) return undefined;
  return { deliveryId, ticketId };
}

const written = (uuid: string) => base32(Buffer.from(uuid.replaceAll('-', ''), 'hex'));

function uuidOf(text: string): string | undefined {
  return fromBase32(text)
    ?.toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
