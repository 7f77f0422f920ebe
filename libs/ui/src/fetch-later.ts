import { dialogCode } from './dialog.js';
import { menuCode } from './menu.js';
import { toastCode } from './toaster.js';

/** Fetches what is fetched late, so that it is there when the network is not. Rejects when it cannot. */
export async function fetchLater(): Promise<void> {
  await Promise.all([toastCode.load(), menuCode.load(), dialogCode.load()]);
}
