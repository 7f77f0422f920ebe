import { ApiParam } from '@nestjs/swagger';

/** A path's `:id`, in the OpenAPI document. */
export const TicketParam = () =>
  ApiParam({ name: 'id', description: "The ticket's id or number.", schema: { type: 'string' } });
