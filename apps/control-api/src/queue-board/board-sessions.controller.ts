import { AnyRole, ApiProblems, CurrentActor, setCookie, type Actor } from '@helpdeskly/http';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BoardSessions } from './board-sessions.js';

@ApiTags('queues')
@Controller('queues/session')
export class BoardSessionsController {
  constructor(private readonly sessions: BoardSessions) {}

  @Post()
  @AnyRole()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Open the queue board in this browser',
    description:
      'Sets a cookie that opens /queues for five minutes, and no longer than your session lasts. Operators with a second factor need it; others can also sign in there by HTTP Basic. API keys have no session: 403.',
  })
  @ApiNoContentResponse({
    headers: {
      'Set-Cookie': {
        description: '`helpdeskly_queues`: HttpOnly, SameSite=Strict, Path=/queues.',
        schema: { type: 'string' },
      },
    },
  })
  @ApiProblems('forbidden')
  open(
    @CurrentActor() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    setCookie(request, reply, this.sessions.open(actor));
  }
}
