import type { NotificationKind } from '@helpdeskly/tenant-db';

/** What happened in a tenant. It says where to look, and holds nothing that a customer must not know of. */
export type Hint = { readonly tenantId: string } & (
  | { readonly kind: 'written' | 'accounts' }
  | { readonly kind: 'presence'; readonly presence: SaidPresence }
  | { readonly kind: 'notified'; readonly notification: SaidNotification }
);

/** Who looks at a ticket; `state` is null when they left it. */
export interface SaidPresence {
  readonly ticketId: string;
  readonly number: number;
  readonly userId: string;
  readonly sessionId: string;
  readonly state: PresenceState | null;
}

/** What somebody is told of. */
export interface SaidNotification {
  readonly id: string;
  readonly userId: string;
  readonly kind: NotificationKind;
  readonly ticketId: string | null;
  readonly number: number | null;
  readonly version: number | null;
  readonly commentId: string | null;
  readonly actorId: string | null;
  readonly at: string;
}

export const PresenceState = { VIEWING: 'VIEWING', REPLYING: 'REPLYING' } as const;
export type PresenceState = (typeof PresenceState)[keyof typeof PresenceState];

/** What a process says at once. */
export interface Said {
  readonly from: string;
  readonly number: number;
  readonly hints: readonly Hint[];
  /** It says no more. */
  readonly farewell?: true;
}

/** What a payload says; undefined when it has another form, as another version may send it. */
export function decodeSaid(payload: string): Said | undefined {
  let said: Partial<Said> | null;
  try {
    said = JSON.parse(payload) as Partial<Said> | null;
  } catch {
    return undefined;
  }
  if (typeof said?.from !== 'string' || typeof said.number !== 'number' || !Array.isArray(said.hints)) return undefined;
  return said as Said;
}

/** Hints in groups, each of which is no longer than so many bytes as JSON. */
export function inGroups(hints: readonly Hint[], longest: number): readonly (readonly Hint[])[] {
  const groups: Hint[][] = [];
  let left = 0;
  for (const hint of hints) {
    const length = JSON.stringify(hint).length + 1;
    if (length > left) {
      groups.push([]);
      left = longest;
    }
    groups.at(-1)?.push(hint);
    left -= length;
  }
  return groups;
}
