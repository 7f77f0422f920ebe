import { ApiFailure } from '@helpdeskly/ui';
import { t } from '@lingui/core/macro';

/** The text of a file. Throws ApiFailure for one that is not UTF-8: its letters would become others. */
export async function readCsv(file: File): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    const detail = t`This file cannot be read as text in UTF-8. Save it as “CSV UTF-8”.`;
    throw new ApiFailure({ code: 'not_utf8', status: 400, detail });
  }
}
