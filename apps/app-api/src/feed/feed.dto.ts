import { QueryInteger, Text } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { TicketEventDto } from '../events/events.dto.js';

export class FeedQuery {
  @QueryInteger({ min: 1, max: 100, default: 25, description: 'The maximum number of events.' })
  readonly limit?: number;

  @Text({
    max: 4096,
    optional: true,
    description:
      'The cursor of an event or `meta.nextCursor`: the page begins behind it. Leave it out to begin with the first event.',
  })
  readonly after?: string;
}

export class FeedEventDto extends TicketEventDto {
  @ApiProperty({ format: 'uuid' })
  readonly ticketId!: string;
  @ApiProperty({ type: 'integer', description: 'The number of the ticket.' })
  readonly number!: number;
  @ApiProperty({ description: 'Its place in the feed, for `after`.' })
  readonly cursor!: string;
}

export class FeedMetaDto {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100 })
  readonly limit!: number;
  @ApiProperty({ description: 'Whether there were more events when the page was read.' })
  readonly hasMore!: boolean;
  @ApiProperty({ description: 'Where the feed goes on. At the end of the feed, too: ask again later with it.' })
  readonly nextCursor!: string;
}
