import { AnyRole, ApiProblems, CurrentActor, type Actor } from '@helpdeskly/http';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ForKeys } from '../edge/api-key-scopes.js';
import {
  CommentCreatedDto,
  NotificationEventDto,
  PresenceEventDto,
  ReconnectDto,
  ResetDto,
  StreamQuery,
  TicketCreatedDto,
  TicketDeletedDto,
  TicketUpdatedDto,
} from './stream.dto.js';
import { Streams } from './streams.service.js';

const events = [
  TicketCreatedDto,
  TicketUpdatedDto,
  TicketDeletedDto,
  CommentCreatedDto,
  PresenceEventDto,
  NotificationEventDto,
  ResetDto,
  ReconnectDto,
];

@ApiTags('live')
@Controller('stream')
export class StreamController {
  constructor(private readonly streams: Streams) {}

  @Get()
  @AnyRole()
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'Hear of changes as they happen',
    description:
      'Server-Sent Events in the order of GET /events, of what you may see when an event is sent. Each event has an `id`; connect again with the last one, in `Last-Event-ID` or in `after`, and nothing is left out or repeated. Blocks without data only bring an `id`. `presence` and `notification` have the `id` of the event before them, and are not replayed. After `reset` (the cursor was older than 24 hours, or of an encryption key that was removed) load again what you show. A comment comes every 15 seconds at least. The stream outlives its access token, and ends with its session. Each customer may have ten streams.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'The last `id`. It counts before `after`.' })
  @ApiExtraModels(...events)
  @ApiOkResponse({
    description: 'Schemas have the names of the events, and describe their `data`.',
    content: {
      'text/event-stream': {
        schema: {
          type: 'string',
          contentMediaType: 'text/event-stream',
          contentSchema: { anyOf: events.map((event) => ({ $ref: getSchemaPath(event) })) },
        } as never,
      },
    },
  })
  @ApiProblems('invalid_cursor', 'stream_limit')
  open(
    @CurrentActor() actor: Actor,
    @Query() query: StreamQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    this.streams.open(actor, query, request, reply);
  }
}
