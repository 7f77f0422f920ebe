import { ApiFailure } from '@helpdeskly/ui';
import { t } from '@lingui/core/macro';

/** The text of a file. Throws ApiFailure for one that is not UTF-8, whose letters would become others, and for one that was saved since it was chosen. */
export async function readCsv(file: File): Promise<string> {
  const bytes = await file.arrayBuffer().catch(() => {
    throw refused('not_readable', t`This file has changed, or is gone. Choose it again.`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refused('not_utf8', t`This file cannot be read as text in UTF-8. Save it as “CSV UTF-8”.`);
  }
}

const refused = (code: string, detail: string) => new ApiFailure({ code, status: 400, detail });
