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

  @OneOf(CommentVisibility, { name: 'CommentVisibility', optional: true, description: 'PUBLIC unless given.' })
  readonly visibility?: CommentVisibility;
}

export class BulkDto {
  @TextList({
    optional: true,
    minItems: 1,
    maxItems: mostNamed,
    pattern: idOrNumber,
    orNumber: true,
    description: 'Ids or numbers, counted as they are sent; one given twice is changed once.',
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
        'In place of `ids`: the work is done to all tickets that these filters of GET /tickets find now, 1,000 at most, in a run to follow.',
    }),
  )
  readonly filter?: TicketFiltersDto;

  @Agreeing(
    namesIds,
    VersionsField(mostNamed, {
      optional: true,
      description:
        "The versions that the changes are meant for, by what `ids` names the tickets by: what If-Match is for one. Another present version is 412 in that ticket's result.",
    }),
  )
  readonly versions?: Readonly<Record<string, number>>;

  @Nested(() => ChangeTicketDto, { optional: true, description: 'What a PATCH of each would say.' })
  readonly changes?: ChangeTicketDto;

  @Nested(() => BulkCommentDto, { optional: true, description: 'A reply to each, in one write with `changes`.' })
  readonly comment?: BulkCommentDto;

  @Agreeing(
    ({ changes, comment }) =>
      changes === undefined && comment === undefined
        ? undefined
        : ['conflict', 'A macro is applied alone, without `changes` and `comment`.'],
    UuidField({ optional: true, description: 'A macro to apply to each, in place of `changes` and `comment`.' }),
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
  @ApiProperty({ description: 'As it was given, in a text.' })
  readonly id!: string;
  @ApiProperty({ type: 'integer', description: 'What this ticket alone would have been answered with.' })
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
