import {
  AnyRole,
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Idempotent,
  IfMatch,
  LocationOf,
  Roles,
  type Actor,
  type Page,
} from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { TicketParam } from '../ticket-core/ticket-docs.js';
import { CommentRedactions } from './comment-redactions.service.js';
import { CommentDto, ListCommentsDto, ReplyDto } from './comments.dto.js';
import type { Comment } from './comments.queries.js';
import { Comments } from './comments.service.js';
import { HeldReplies } from '../send-later/held-replies.service.js';
import { Replies } from './replies.service.js';

@ApiTags('comments')
@TicketParam()
@Controller('tickets/:id/comments')
export class CommentsController {
  constructor(
    private readonly comments: Comments,
    private readonly replies: Replies,
    private readonly redactions: CommentRedactions,
    private readonly held: HeldReplies,
  ) {}

  @Get()
  @AnyRole()
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'List the comments of a ticket',
    description: 'Oldest first, or newest first by `sort`. Customers see the public comments of their own tickets.',
  })
  @ApiPage(CommentDto)
  list(@CurrentActor() actor: Actor, @Param('id') id: string, @Query() query: ListCommentsDto): Promise<Page<Comment>> {
    return this.comments.list(actor, id, query);
  }

  @Post()
  @AnyRole()
  @ForKeys('tickets:write')
  @Idempotent()
  @LocationOf((comment: Comment) => `/tickets/${comment.ticketId}/comments/${comment.id}`)
  @ApiOperation({
    summary: 'Add a comment',
    description:
      "A customer's comment reopens a PENDING, ON_HOLD or RESOLVED ticket. So does a public comment by the ticket's author, whatever their role. With `sendAfter` it is held that long: body, status and changes then apply together, as if you had sent it then. What is refused by then becomes your draft again, and you get a SEND_FAILED notification.",
  })
  @ApiAnswer(201, CommentDto)
  @ApiProblems(
    'forbidden',
    'invalid_transition',
    'ticket_closed',
    'invalid_reference',
    'limit_reached',
    'service_unavailable',
  )
  reply(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() input: ReplyDto,
    @IfMatch() version?: number,
  ): Promise<Comment> {
    return this.replies.reply(actor, id, input, version);
  }

  @Post(':commentId/redact')
  @Roles('ADMIN')
  @ForKeys('tickets:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Redact a comment',
    description:
      'Removes the text for good, also from search and from answers that are kept for an Idempotency-Key. The comment itself stays, without its text.',
  })
  @ApiAnswer(200, CommentDto)
  redact(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Param('commentId') commentId: string,
    @IfMatch() version?: number,
  ): Promise<Comment> {
    return this.redactions.redact(actor, id, commentId, version);
  }

  @Delete(':commentId')
  @AnyRole()
  @ForKeys('tickets:write')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Take a comment back before it is sent',
    description:
      'By its author, until `sendAt`. It becomes your draft again. If you have begun another draft, both are joined.',
  })
  @ApiNoContentResponse()
  @ApiProblems('forbidden', 'comment_sent')
  undo(@CurrentActor() actor: Actor, @Param('id') id: string, @Param('commentId') commentId: string): Promise<void> {
    return this.held.undo(actor, id, commentId);
  }

  @Get(':commentId')
  @AnyRole()
  @ForKeys('tickets:read')
  @ApiOperation({
    summary: 'Read a comment',
    description:
      'Customers can read the public comments of tickets that they may see. A comment that is sent later is there for its author alone.',
  })
  @ApiAnswer(200, CommentDto)
  find(@CurrentActor() actor: Actor, @Param('id') id: string, @Param('commentId') commentId: string): Promise<Comment> {
    return this.comments.find(actor, id, commentId);
  }
}
