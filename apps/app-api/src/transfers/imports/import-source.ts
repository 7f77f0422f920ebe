import { ArchiveInvalid } from './errors.js';

/** Whose form an archive has. */
export type ImportSource = 'HELPDESKLY' | 'ZENDESK';

/** The manifest of an export of ours. */
export class OwnManifest {
  readonly source: ImportSource = 'HELPDESKLY';

  /** Throws ArchiveInvalid. */
  constructor(manifest: unknown) {
    const { format, version } = (manifest ?? {}) as Record<string, unknown>;
    if (format !== 'helpdeskly-export') throw new ArchiveInvalid('manifest.json is not that of an export of ours.');
    if (version !== 1) throw new ArchiveInvalid('The archive is of a newer version than this installation reads.');
  }
}
