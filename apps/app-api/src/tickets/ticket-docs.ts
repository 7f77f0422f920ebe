import { ApiHeader, ApiParam } from '@nestjs/swagger';

/** A path's `:id`, in the OpenAPI document. */
export const TicketParam = () =>
  ApiParam({ name: 'id', description: "The ticket's id or number.", schema: { type: 'string' } });

/** `If-Match`, in the OpenAPI document. */
export const IfMatchHeader = () =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ticket\'s ETag as the caller saw it, such as "3".',
    schema: { type: 'string' },
  });
