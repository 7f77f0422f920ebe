import { decodeText } from './mail-charset.js';
import { MailHeaders } from './mail-headers.js';
import type { ParsedMail } from './parsed-mail.js';

/** What became of one recipient (RFC 3464). */
export interface FailedRecipient {
  readonly address: string;
  /** Such as 5.1.1. */
  readonly status: string;
  /** Whether it will never arrive. */
  readonly isHard: boolean;
}

/** A report that mail did not arrive. */
export interface Bounce {
  /** Those whose mail was given up; none when it is only late, or arrived. */
  readonly failed: readonly FailedRecipient[];
  /** Of the message that did not arrive. */
  readonly originalMessageId: string | undefined;
}

/** Reports are short; what stands behind so much is not read. */
const mostBytes = 262_144;

/** The report in a mail, if it is one: a part of its kind, in a multipart/report. */
export function bounceOf({ parts, headers }: ParsedMail): Bounce | undefined {
  const report = parts.find(({ contentType }) => /^message\/(?:global-)?delivery-status$/.test(contentType));
  const isReport = /multipart\/report/i.test(headers.first('content-type') ?? '');
  if (report === undefined || !isReport) return undefined;
  return {
    failed: recipientsIn(decodeText(report.bytes.subarray(0, mostBytes), undefined)),
    originalMessageId: originalIdIn(parts),
  };
}

/** A bounce that says nothing that programs read: mail to our bounce address from nobody. */
export function unspokenBounce({ parts, text }: ParsedMail): Bounce {
  const status = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1];
  const isLate =
    status?.startsWith('4') === true || /\b(?:delayed|will (?:retry|be retried)|not yet been delivered)\b/i.test(text);
  const failed = isLate ? [] : [{ address: '', status: status ?? '5.0.0', isHard: false }];
  return { failed, originalMessageId: originalIdIn(parts) };
}

/** Groups of fields, of which the first is about the message. */
function recipientsIn(report: string): FailedRecipient[] {
  return report.split(/\r?\n[ \t]*(?:\r?\n)+/).flatMap((group) => {
    const fields = new MailHeaders(Buffer.from(group.replace(/^\s+/, '')));
    if (fields.first('action')?.toLowerCase().startsWith('failed') !== true) return [];
    const recipient = fields.first('final-recipient') ?? fields.first('original-recipient') ?? '';
    const address = recipient
      .replace(/^[^;]*;/, '')
      .trim()
      .replace(/^<|>$/g, '');
    const status = /[245]\.\d{1,3}\.\d{1,3}/.exec(fields.first('status') ?? '')?.[0] ?? '5.0.0';
    return [{ address, status, isHard: isForGood(status) }];
  });
}

/** 5.2.2 is a full mailbox, 5.7.x a policy that may change, 5.3.4 and 5.2.3 are about the size. */
function isForGood(status: string): boolean {
  return status.startsWith('5.') && !/^5\.(?:2\.[23]|3\.4|7\.)/.test(status);
}

function originalIdIn(parts: ParsedMail['parts']): string | undefined {
  const original = parts.find(({ contentType }) =>
    /^(?:message\/(?:global|rfc822)|text\/rfc822-headers|message\/(?:global-headers|rfc822-headers))$/.test(
      contentType,
    ),
  );
  if (original === undefined) return undefined;
  const [head = ''] = original.bytes
    .subarray(0, mostBytes)
    .toString('latin1')
    .split(/\r?\n\r?\n/);
  return new MailHeaders(Buffer.from(head, 'latin1')).messageIds('message-id')[0];
}
