/** What another ticket is to a ticket. */
export const TicketRelation = {
  FOLLOW_UP: 'FOLLOW_UP',
  FOLLOW_UP_OF: 'FOLLOW_UP_OF',
  MERGED: 'MERGED',
  MERGED_INTO: 'MERGED_INTO',
  SPLIT: 'SPLIT',
  SPLIT_FROM: 'SPLIT_FROM',
} as const;

export type TicketRelation = (typeof TicketRelation)[keyof typeof TicketRelation];
