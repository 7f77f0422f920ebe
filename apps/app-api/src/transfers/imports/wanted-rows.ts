import type {
  CommentVisibility,
  ParticipantRole,
  TicketLinkType,
  TicketPriority,
  TicketStatus,
  UserRole,
} from '@helpdeskly/tenant-db';
import type { RowRefused } from './errors.js';

interface Written {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** All references are ids of the archive. `own` is the row's own id when it is one of ours and may be kept. */
interface Known {
  readonly sourceId: string;
  readonly own: string | null;
}

export interface WantedOrganization extends Known, Written {
  readonly name: string;
  readonly shared: boolean;
}

export interface WantedUser extends Known, Written {
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  readonly isDisabled: boolean;
  readonly isService: boolean;
  readonly organizationId: string | null;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly anonymizedAt: Date | null;
  /** Former ones. */
  readonly addresses: readonly string[];
  readonly formerNames: readonly string[];
}

export interface WantedGroup extends Known, Written {
  readonly name: string;
  readonly memberIds: readonly string[];
}

export interface WantedComment extends Known {
  readonly ticketId: string;
  readonly originTicketId: string | null;
  readonly openingOfId: string | null;
  readonly authorId: string;
  readonly body: string;
  readonly visibility: CommentVisibility;
  readonly redactedAt: Date | null;
  readonly createdAt: Date;
  /** Names of files that the archive speaks of and does not hold. */
  readonly absentFiles: readonly string[];
}

export interface WantedTicket extends Known, Written {
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly status: TicketStatus;
  readonly priority: TicketPriority;
  readonly tags: readonly string[];
  readonly isInternal: boolean;
  readonly isSpam: boolean;
  readonly authorId: string;
  readonly submittedById: string;
  readonly assignedToId: string | null;
  readonly groupId: string | null;
  readonly organizationId: string | null;
  readonly reopenCount: number;
  readonly firstRespondedAt: Date | null;
  readonly resolvedAt: Date | null;
  readonly closedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly followUpOfId: string | null;
  readonly mergedIntoId: string | null;
  readonly splitFromId: string | null;
  readonly participants: readonly { readonly userId: string; readonly role: ParticipantRole }[];
  /** Those that its own row brings along. */
  readonly comments: readonly (WantedComment | RowRefused)[];
  /** How the comment is known by which a file of comments repeats the description; null where none does. */
  readonly opening: string | null;
  readonly absentFiles: readonly string[];
}

export interface WantedLink extends Known {
  readonly type: TicketLinkType;
  readonly fromId: string;
  readonly toId: string;
  readonly createdAt: Date;
}

export interface WantedEvent extends Known {
  readonly ticketId: string;
  readonly type: string;
  readonly actorId: string | null;
  readonly isInternal: boolean;
  readonly changes: Readonly<Record<string, unknown>>;
  readonly names: Readonly<Record<string, unknown>> | null;
  readonly createdAt: Date;
}

export interface WantedFile extends Known {
  readonly entry: string;
  readonly uploaderId: string;
  /** Of a comment, or else of the ticket that a mail opened. */
  readonly commentId: string | null;
  readonly openingOfId: string | null;
  readonly fileName: string;
  readonly sha256: string;
  readonly isInline: boolean;
  readonly createdAt: Date;
}

export interface WantedRows {
  readonly organizations: WantedOrganization;
  readonly users: WantedUser;
  readonly groups: WantedGroup;
  readonly tickets: WantedTicket;
  readonly links: WantedLink;
  readonly comments: WantedComment;
  readonly events: WantedEvent;
  readonly files: WantedFile;
}

export type RowKind = keyof WantedRows;
