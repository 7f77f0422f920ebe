import { createHash } from 'node:crypto';

const placeholderText = 'This file was left out of an anonymized copy of the helpdesk.\n';

/** What stands in place of every file and every raw mail. */
export const placeholder = {
  name: 'placeholder.txt',
  contentType: 'text/plain',
  bytes: Buffer.from(placeholderText, 'utf8'),
  sha256: createHash('sha256').update(placeholderText).digest(),
} as const;
