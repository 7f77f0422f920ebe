import { jsonWithout } from './json-texts.js';
import { placeholder } from './placeholder.js';
import { Pseudonyms } from './pseudonyms.js';
import type { ColumnRule, TableRules } from './table-rules.js';
import { textArray, textArrayOf } from './text-arrays.js';

const kept: ColumnRule = (value) => value;
const gone: ColumnRule = () => null;
const none: ColumnRule = () => '{}';
const placeholderSize: ColumnRule = () => String(placeholder.bytes.length);
const placeholderHash: ColumnRule = () => `\\x${placeholder.sha256.toString('hex')}`;

/**
 * What an anonymized copy has of each table: nothing, or its rows, with these columns changed. Numbers, times, ids and enums stay what they
 * are; every other column needs a rule, or nothing is copied at all. The stand-ins come from one key, which ends with these rules.
 */
export function anonymousColumns(): TableRules {
  const pseudonyms = new Pseudonyms();
  const address: ColumnRule = (value) => pseudonyms.address(value);
  const addresses: ColumnRule = (value) => textArray(textArrayOf(value).map((each) => pseudonyms.address(each)));
  const line: ColumnRule = (value) => pseudonyms.line(value);
  const text: ColumnRule = (value) => pseudonyms.text(value);
  const label: ColumnRule = (value) => pseudonyms.label(value);
  const labelKey: ColumnRule = (value) => pseudonyms.label(value).toLowerCase();
  const json: ColumnRule = (value) => jsonWithout(value, pseudonyms);
  const tags: ColumnRule = (value) => textArray(textArrayOf(value).map((tag) => pseudonyms.tag(tag)));
  const opaqueBytes: ColumnRule = (value) => `\\x${pseudonyms.opaque(value)}`;
  /** Whoever was anonymized has a name already that is nobody's. */
  const personName: ColumnRule = (value, of) =>
    of('anonymizedAt') === null ? pseudonyms.person(of('email') ?? '') : value;
  return {
    User: {
      email: address,
      emailKey: address,
      name: personName,
      formerNames: none,
      addresses,
      locale: kept,
      timeZone: kept,
    },
    UserAddress: { addressKey: address, address },
    AuditEvent: 'EMPTY',
    Ticket: { title: line, description: text, tags },
    Comment: { body: text },
    TicketEvent: { type: kept, changes: json, names: json },
    // The texts are indexed again when they are there.
    TicketSearch: { language: kept, vector: () => '' },
    Settings: { searchLanguage: kept, searchIndexedIn: kept, locale: kept, timeZone: kept },
    View: { name: label, filters: json, sort: kept },
    Macro: { name: label, nameKey: labelKey, reply: json, changes: json },
    Group: { name: label, nameKey: labelKey },
    DeletedName: { name: label },
    Organization: { name: label, nameKey: labelKey },
    Attachment: {
      heldCommentId: gone,
      fileName: () => placeholder.name,
      contentType: () => placeholder.contentType,
      size: placeholderSize,
      sha256: placeholderHash,
    },
    Mailbox: { address, addressKey: address, name: gone, signature: gone },
    MailMessage: {
      messageId: (value) => `${pseudonyms.opaque(value)}@example.com`,
      fromAddress: address,
      subject: line,
      bodyHtml: gone,
      quoted: gone,
    },
    MailTemplate: 'EMPTY',
    MailDelivery: 'EMPTY',
    UndeliverableAddress: { addressKey: address, code: gone },
    Notification: 'EMPTY',
    NotificationPreferences: { chosen: kept },
    Draft: 'EMPTY',
    HeldComment: 'EMPTY',
    BulkRun: 'EMPTY',
    BulkRunTicket: 'EMPTY',
    InboundMail: {
      reason: kept,
      envelopeFrom: address,
      envelopeTo: addresses,
      clientAddress: gone,
      clientName: gone,
      size: placeholderSize,
      sha256: placeholderHash,
      contentKey: opaqueBytes,
      fromAddress: address,
      senderKey: gone,
      subject: line,
    },
    Webhook: 'EMPTY',
    WebhookDelivery: 'EMPTY',
  };
}
