import type { BlobStore } from '@helpdeskly/storage';
import type { VirusScanner } from './virus-scanner.js';

/** What attachments stand on, as it is configured. */
export abstract class AttachmentSettings {
  /** Undefined when no storage is configured. */
  abstract readonly store: BlobStore | undefined;
  /** Undefined lets everything in unseen. */
  abstract readonly scanner: VirusScanner | undefined;
  /** The origin before whose host a tenant's slug goes. */
  abstract readonly publicUrl: string;
}
