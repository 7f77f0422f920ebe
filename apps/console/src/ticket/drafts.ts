import type { Schemas } from '../api/client.js';
import type { Mentioned } from './mention-text.js';

export interface Draft {
  readonly body: string;
  readonly visibility: Schemas['CommentVisibility'];
  readonly mentioned: Mentioned;
}

const nameOf = (who: string, number: number) => `draft:${who}:${number}`;
const none: Draft = { body: '', visibility: 'PUBLIC', mentioned: {} };

/** What was typed and not sent, on this device: a reload, an ended session or a closed tab lose nothing. */
export function readDraft(who: string, number: number): Draft {
  try {
    const kept = localStorage.getItem(nameOf(who, number));
    if (kept !== null) return { ...none, ...(JSON.parse(kept) as Partial<Draft>) };
  } catch {
    // What cannot be read is no draft.
  }
  return none;
}

/** A storage that is full keeps nothing; the text stays on the page. */
export function keepDraft(who: string, number: number, draft: Draft): void {
  try {
    if (draft.body.trim() === '') localStorage.removeItem(nameOf(who, number));
    else localStorage.setItem(nameOf(who, number), JSON.stringify(draft));
  } catch {
    // Nothing to be done here: see above.
  }
}
