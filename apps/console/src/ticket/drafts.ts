import type { Schemas } from '../api/client.js';
import { type Mentioned, withMentions } from './mention-text.js';

export interface DraftFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

/** What somebody is writing to a ticket. */
export interface Draft {
  readonly body: string;
  readonly visibility: Schemas['CommentVisibility'];
  readonly mentioned: Mentioned;
  readonly files: readonly DraftFile[];
  readonly macroId: string | null;
}

/** A draft as this device knows it. */
export interface KeptDraft extends Draft {
  /** The server's version that it goes on from; 0: the server has none. */
  readonly version: number;
  /** The server does not have all of it. */
  readonly unsaved: boolean;
}

export const noDraft: KeptDraft = {
  body: '',
  visibility: 'PUBLIC',
  mentioned: {},
  files: [],
  macroId: null,
  version: 0,
  unsaved: false,
};

const before = (who: string) => `draft:${who}:`;
export const draftPlace = (who: string, number: number): string => before(who) + number;

/** What was typed on this device: a reload, an ended session, a closed tab or a missing network lose nothing. */
export function readKept(who: string, number: number): KeptDraft {
  try {
    const kept = localStorage.getItem(draftPlace(who, number));
    // A text without a version is from before the server kept drafts.
    if (kept !== null) return { ...noDraft, unsaved: true, ...(JSON.parse(kept) as Partial<KeptDraft>) };
  } catch {
    // What cannot be read is no draft.
  }
  return noDraft;
}

/** A storage that is full keeps nothing; the text stays on the page, and on the server. */
export function keep(who: string, number: number, draft: KeptDraft): void {
  try {
    if (isEmpty(draft) && !draft.unsaved) localStorage.removeItem(draftPlace(who, number));
    else localStorage.setItem(draftPlace(who, number), JSON.stringify(draft));
  } catch {
    // Nothing to be done here: see above.
  }
}

/** The tickets with something of this person's that the server does not have. */
export function unsavedNumbers(who: string): number[] {
  const numbers = Object.keys(localStorage)
    .filter((place) => place.startsWith(before(who)))
    .map((place) => Number(place.slice(before(who).length)));
  return numbers.filter((number) => readKept(who, number).unsaved);
}

export const isEmpty = ({ body, files }: Draft): boolean => body.trim() === '' && files.length === 0;

/** The draft as the server keeps it; who is mentioned stands in the text, so that it comes along to other devices. */
export function written({ body, visibility, mentioned, files, macroId }: Draft) {
  return { body: withMentions(body, mentioned), visibility, attachmentIds: files.map(({ id }) => id), macroId };
}

export const isSame = (one: Draft, other: Draft): boolean =>
  JSON.stringify(written(one)) === JSON.stringify(written(other));

/** A draft that came back, in front of what was written since: as the server joins them. */
export function joined(restored: Draft, since: Draft): Draft {
  const bodies = new Set([restored.body, since.body].filter((body) => body !== ''));
  const newer = since.files.filter(({ id }) => restored.files.every((file) => file.id !== id));
  return {
    body: [...bodies].join('\n\n'),
    visibility: restored.visibility === 'INTERNAL' ? 'INTERNAL' : since.visibility,
    mentioned: { ...restored.mentioned, ...since.mentioned },
    files: [...restored.files, ...newer],
    macroId: since.macroId ?? restored.macroId,
  };
}
