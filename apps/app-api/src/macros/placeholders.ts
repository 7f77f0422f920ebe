import { filledIn, ticketPlaceholders, unknownAmong, type TicketFilling } from '../ticket-core/ticket-placeholders.js';

/** What placeholders are filled in from; `me` is who applies the macro. */
export type Filling = TicketFilling;

export const placeholders = Object.keys(ticketPlaceholders);

/** The first `{{…}}` of a text that is no placeholder. */
export const unknownPlaceholder = (text: string) => unknownAmong(ticketPlaceholders, text);

export const fillIn = (text: string, filling: Filling) => filledIn(ticketPlaceholders, text, filling);
