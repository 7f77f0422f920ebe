import {
  Agreeing,
  Nested,
  OneOf,
  ProblemDto,
  Text,
  TextList,
  UuidField,
  VersionsField,
  type Broken,
} from '@helpdeskly/http';
import { CommentVisibility } from '@helpdeskly/tenant-db';
import { ApiProperty } from '@nestjs/swagger';
import { TicketFiltersDto } from '../ticket-lists/ticket-filters.dto.js';
import { idOrNumber } from '../ticket-core/ticket-forms.js';
import { ChangeTicketDto, TicketDto } from '../ticket-core/ticket.dto.js';

/** As many tickets as one request names. */
const mostNamed = 100;

export class BulkCommentDto {
  @Text({ max: 65_536, example: 'The outage is over.' })
  readonly body!: string;

  @OneOf(CommentVisibility, { name: 'CommentVisibility', optional: true, description: 'The default is PUBLIC.' })
  readonly visibility?: CommentVisibility;
}

export class BulkDto {
  @TextList({
    optional: true,
    minItems: 1,
    maxItems: mostNamed,
    pattern: idOrNumber,
    orNumber: true,
    description: 'Ids or numbers, at most 100 as sent. A ticket that is named twice is changed once.',
  })
  readonly ids?: readonly string[];

  @Agreeing(
    ({ ids, versions }) =>
      ids === undefined && versions === undefined
        ? undefined
        : ['conflict', 'Tickets are named by `ids`, or found by `filter`: send one of them.'],
    Nested(() => TicketFiltersDto, {
      optional: true,
      description:
        'Instead of `ids`: filters of GET /tickets. A background run changes all tickets that they find now, 1,000 at most.',
    }),
  )
  readonly filter?: TicketFiltersDto;

  @Agreeing(
    namesIds,
    VersionsField(mostNamed, {
      optional: true,
      description:
        'The version of each ticket that the changes are meant for, keyed as in `ids`; it is the If-Match of that ticket. If the ticket has another version, its result is 412.',
    }),
  )
  readonly versions?: Readonly<Record<string, number>>;

  @Nested(() => ChangeTicketDto, { optional: true, description: 'The same fields as in PATCH /tickets/{id}.' })
  readonly changes?: ChangeTicketDto;

  @Nested(() => BulkCommentDto, { optional: true, description: 'A reply to each ticket, in one write with `changes`.' })
  readonly comment?: BulkCommentDto;

  @Agreeing(
    ({ changes, comment }) =>
      changes === undefined && comment === undefined
        ? undefined
        : ['conflict', 'A macro is applied alone, without `changes` and `comment`.'],
    UuidField({ optional: true, description: 'A macro to apply to each ticket, instead of `changes` and `comment`.' }),
  )
  readonly macroId?: string;
}

/** Every version is of a ticket that is named; lists that are too long are refused for that. */
function namesIds({ ids, versions }: Readonly<Record<string, unknown>>): Broken | undefined {
  if (!Array.isArray(ids) || ids.length > mostNamed) return undefined;
  const named = new Set(ids.map((id) => String(id).trim()));
  return Object.keys(versions as object).every((name) => named.has(name))
    ? undefined
    : ['unknown_value', 'Each of these is of a ticket that `ids` names, by the same name.'];
}

export class BulkResultDto {
  @ApiProperty({ description: 'The id or number as it was sent, as text.' })
  readonly id!: string;
  @ApiProperty({ type: 'integer', description: 'The status code that a request for this ticket alone would have got.' })
  readonly status!: number;
  @ApiProperty({ type: TicketDto, required: false })
  readonly ticket?: TicketDto;
  @ApiProperty({ type: ProblemDto, required: false })
  readonly problem?: ProblemDto;
}

export class BulkResultsDto {
  @ApiProperty({ type: [BulkResultDto] })
  readonly results!: BulkResultDto[];
}
