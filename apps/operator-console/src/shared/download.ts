import { saveFile, unwrap } from '@helpdeskly/ui';

/** Hands what the API answered to the operator as a file. Throws ApiFailure, also for an answer that broke off. */
export async function download(
  call: Promise<{ data?: Blob; error?: unknown; response: Response }>,
  name: string,
): Promise<void> {
  saveFile(await unwrap(call), name);
}
