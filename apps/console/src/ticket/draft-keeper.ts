import { ApiFailure } from '@helpdeskly/ui';
import { listen } from '../live/live.js';
import { currentSession } from '../session/session.js';
import { deleteDraft, fetchDraft, writeDraft, type StoredDraft } from './draft-requests.js';
import {
  type Draft,
  draftPlace,
  isEmpty,
  isSame,
  joined,
  keep,
  type KeptDraft,
  noDraft,
  readKept,
  unsavedNumbers,
} from './drafts.js';

/** What a page shows of a draft. */
export interface ShownDraft {
  readonly draft: KeptDraft;
  /** The server could not take the last change, or did not want it: this device keeps it. */
  readonly isOnlyHere: boolean;
  /** What another device or page has written meanwhile, which is something else: the person decides. */
  readonly other: StoredDraft | undefined;
}

const pauseMs = 800;
const retryMs = { least: 2000, most: 30_000 };

/**
 * Keeps what one person writes to one ticket: on this device at once, on the server after each pause, under the version that it went
 * on from. It lives as long as the page, so that a text still reaches the server when its author has gone on to another ticket.
 */
export class DraftKeeper {
  private shown: ShownDraft;
  private readonly listeners = new Set<() => void>();
  private due: ReturnType<typeof setTimeout> | undefined;
  private saving: Promise<void> | undefined;
  private saves = 0;
  private failures = 0;
  /** A comment takes the draft along just now. */
  private isHeld = false;

  constructor(
    private readonly who: string,
    private readonly number: number,
  ) {
    this.shown = { draft: readKept(who, number), isOnlyHere: false, other: undefined };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly now = (): ShownDraft => this.shown;

  change(make: (draft: Draft) => Draft): void {
    const { draft } = this.shown;
    this.show({ draft: { ...draft, ...make(draft), unsaved: true } });
    this.failures = 0;
    this.saveIn(pauseMs);
  }

  /** Looks at what the server has, as long as somebody looks at this: at first, and whenever the page or the network comes back. */
  watch(): () => void {
    const look = () => void this.look();
    const fromOtherPage = ({ key }: StorageEvent) => {
      if (key === draftPlace(this.who, this.number)) this.takeFromOtherPage();
    };
    const leave = () => {
      if (document.visibilityState === 'hidden') this.save();
      else look();
    };
    // Sent on another device: what stands here is sent, too.
    const stopListening = listen(({ type, data }) => {
      if (type === 'comment.created' && data.number === this.number && data.actorId === this.who) look();
    });
    window.addEventListener('focus', look);
    window.addEventListener('storage', fromOtherPage);
    document.addEventListener('visibilitychange', leave);
    look();
    return () => {
      stopListening();
      window.removeEventListener('focus', look);
      window.removeEventListener('storage', fromOtherPage);
      document.removeEventListener('visibilitychange', leave);
      this.save();
    };
  }

  /** Nothing is saved from now on until the returned function is called: a save must not make a draft of what is being sent. */
  async hold(): Promise<() => void> {
    this.isHeld = true;
    clearTimeout(this.due);
    await this.saving;
    return () => {
      this.isHeld = false;
      if (this.shown.draft.unsaved) this.saveIn(pauseMs);
    };
  }

  /** The server has made a comment of it. */
  sent(): void {
    clearTimeout(this.due);
    this.show({ draft: emptied(this.shown.draft), isOnlyHere: false, other: undefined });
  }

  /** The comment that `former` became was taken back: the server has made a draft of it again. */
  async takenBack(former: Draft): Promise<void> {
    const { draft } = this.shown;
    const both = joined(former, draft);
    this.show({ draft: { ...draft, ...both, unsaved: true } });
    const stored = await fetchDraft(this.number, both.files).catch(() => undefined);
    if (stored !== undefined && (isSame(stored, former) || isSame(stored, both))) this.goOnFrom(stored);
    else this.saveIn(0);
  }

  /** Takes what the other device has written, and leaves what stands here. */
  takeOther(): void {
    const { other } = this.shown;
    if (other !== undefined) this.show({ draft: { ...other, unsaved: false }, other: undefined, isOnlyHere: false });
  }

  /** What stands here takes the place of what the other device has written. */
  keepOwn(): void {
    const { other } = this.shown;
    if (other === undefined) return;
    this.show({ other: undefined });
    this.goOnFrom(other);
  }

  /** Sends what waits, without a pause. */
  save(): void {
    clearTimeout(this.due);
    const { draft, other } = this.shown;
    if (!draft.unsaved || other !== undefined || this.isHeld || this.saving !== undefined || !this.isOfThisSession)
      return;
    this.saves++;
    this.saving = this.saveOnce(draft).finally(() => (this.saving = undefined));
  }

  private async saveOnce(draft: KeptDraft): Promise<void> {
    try {
      const version = isEmpty(draft)
        ? await deleteDraft(this.number, draft.version)
        : await writeDraft(this.number, draft);
      this.failures = 0;
      const unsaved = this.shown.draft !== draft;
      this.show({ draft: { ...this.shown.draft, version, unsaved }, isOnlyHere: false });
      if (unsaved) this.saveIn(pauseMs);
    } catch (error) {
      await this.refused(error);
    }
  }

  private async refused(error: unknown): Promise<void> {
    if (!(error instanceof ApiFailure)) throw error;
    const { draft } = this.shown;
    if (error.code === 'version_conflict') {
      try {
        return this.compare(await fetchDraft(this.number, draft.files));
      } catch {
        // Compared when it is tried again.
      }
    } else if (error.of('macroId') !== undefined && draft.macroId !== null) {
      this.show({ draft: { ...draft, macroId: null } });
      return this.saveIn(0);
    }
    this.show({ isOnlyHere: true });
    const passes = error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500;
    if (passes || error.code === 'version_conflict')
      this.saveIn(Math.min(retryMs.most, retryMs.least * 2 ** this.failures++));
  }

  private async look(): Promise<void> {
    if (this.saving !== undefined || this.isHeld || this.shown.other !== undefined || !this.isOfThisSession) return;
    const { saves } = this;
    let stored: StoredDraft | undefined;
    try {
      stored = await fetchDraft(this.number, this.shown.draft.files);
    } catch {
      return this.save(); // What this device keeps stands, and says when it cannot be saved.
    }
    if (saves === this.saves && !this.isHeld) this.compare(stored);
  }

  /** What the server has against what stands here. Nothing that was typed gives way unasked. */
  private compare(stored: StoredDraft | undefined): void {
    const { draft } = this.shown;
    if (!draft.unsaved) {
      const next = stored === undefined ? emptied(draft) : { ...stored, unsaved: false };
      if (next.version !== draft.version || !isSame(next, draft)) this.show({ draft: next });
    } else if (stored === undefined || stored.version === draft.version || isSame(stored, draft))
      this.goOnFrom(stored ?? noDraft);
    else this.show({ other: stored });
  }

  private goOnFrom(stored: Draft & { readonly version: number }): void {
    const { draft } = this.shown;
    this.show({ draft: { ...draft, version: stored.version, unsaved: !isSame(stored, draft) } });
    this.saveIn(0);
  }

  /** Another page of this browser goes on with the same draft. If both are typed into at once, the server stops the second one. */
  private takeFromOtherPage(): void {
    const kept = readKept(this.who, this.number);
    if (this.shown.draft.unsaved || this.isHeld || this.shown.other !== undefined) return;
    this.shown = { ...this.shown, draft: isEmpty(kept) ? { ...kept, visibility: this.shown.draft.visibility } : kept };
    for (const listener of this.listeners) listener();
    if (kept.unsaved) this.saveIn(4 * pauseMs); // In case that page is closed before it does so.
  }

  private show(part: Partial<ShownDraft>): void {
    this.shown = { ...this.shown, ...part };
    if (part.draft !== undefined) keep(this.who, this.number, part.draft);
    for (const listener of this.listeners) listener();
  }

  private saveIn(ms: number): void {
    clearTimeout(this.due);
    this.due = setTimeout(() => this.save(), ms);
  }

  /** Nobody's words go to the account of whoever signs in after them. */
  private get isOfThisSession(): boolean {
    const session = currentSession();
    return session.kind === 'signedIn' && session.user.id === this.who;
  }
}

/** Nothing, for the same readers as before. */
const emptied = ({ visibility }: Draft): KeptDraft => ({ ...noDraft, visibility });

const keepers = new Map<string, DraftKeeper>();

export function draftKeeper(who: string, number: number): DraftKeeper {
  const place = draftPlace(who, number);
  const keeper = keepers.get(place) ?? new DraftKeeper(who, number);
  keepers.set(place, keeper);
  return keeper;
}

/** Sends what an earlier page of this browser could not send. */
export function saveKeptDrafts(who: string): void {
  for (const number of unsavedNumbers(who)) draftKeeper(who, number).save();
}

window.addEventListener('online', () => {
  for (const keeper of keepers.values()) keeper.save();
});
