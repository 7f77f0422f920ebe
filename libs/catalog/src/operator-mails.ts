import type { TenantCatalog } from './tenant-catalog.js';

/** A mail to those who operate the installation. */
export interface MailToOperators {
  /** A hash of the message: it is stored once. */
  readonly contentKey: Buffer;
  readonly recipient: string;
  readonly envelopeFrom: string;
  readonly clientAddress: string | null;
  readonly fromAddress: string | null;
  readonly subject: string | null;
  readonly raw: Buffer;
}

/** Whether it is stored; false when there is no room, for anybody or for this sender. Repeatable. Throws CatalogUnavailable. */
export async function takeOperatorMail(catalog: TenantCatalog, mail: MailToOperators): Promise<boolean> {
  const { contentKey, recipient, envelopeFrom, clientAddress, fromAddress, subject, raw } = mail;
  const [row] = await catalog.query<{ taken: boolean }>(
    'SELECT "catalog"."take_operator_mail"($1, $2, $3, $4, $5, $6, $7) AS "taken"',
    [contentKey, recipient, envelopeFrom, clientAddress, fromAddress, subject, raw],
  );
  return row?.taken === true;
}
