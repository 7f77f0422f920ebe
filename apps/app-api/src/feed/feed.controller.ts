import { ApiPage, CurrentActor, PagedBy, Roles, type Actor } from '@helpdeskly/http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { FeedEventDto, FeedMetaDto, FeedQuery } from './feed.dto.js';
import { TicketFeed } from './feed.service.js';

@ApiTags('events')
@Controller('events')
export class FeedController {
  constructor(private readonly feed: TicketFeed) {}

  @Get()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:read')
  @PagedBy('after')
  @ApiOperation({
    summary: 'Read the events of all tickets',
    description:
      'From the first one on, in an order that never changes: no later event comes before one that you have read, and events of one ticket stand in the order of their writes. Follow `meta.nextCursor` to leave nothing out while others write; at the end of the feed, ask again with it.',
  })
  @ApiPage(FeedEventDto, FeedMetaDto)
  list(@CurrentActor() actor: Actor, @Query() query: FeedQuery): Promise<{ data: FeedEventDto[]; meta: FeedMetaDto }> {
    return this.feed.list(actor, query);
  }
}
