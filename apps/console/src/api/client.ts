import { createApi, everyPage, unwrap } from '@helpdeskly/ui';
import type { components, paths } from '../generated/app-api.js';
import { authorized } from '../session/session.js';

export type Schemas = components['schemas'];
export type Ticket = Schemas['TicketDto'];
export type FoundTicket = Schemas['FoundTicketDto'];
export type Comment = Schemas['CommentDto'];
export type Person = Schemas['PersonDto'];
export type User = Schemas['UserDto'];
export type TicketStatus = Schemas['TicketStatus'];
export type TicketPriority = Schemas['TicketPriority'];

/** The API as the person who is signed in. */
export const api = createApi<paths>(authorized);
export { everyPage, unwrap };
