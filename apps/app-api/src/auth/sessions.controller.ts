import {
  type Actor,
  AnyRole,
  ApiPage,
  CurrentActor,
  NoKeys,
  OwnSessionDto,
  type Page,
  PageQuery,
} from '@helpdeskly/http';
import { Controller, Delete, Get, HttpCode, Param, Query, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { userCookie } from './auth.dto.js';
import { OwnSessions } from './own-sessions.service.js';

@ApiTags('auth')
@Controller('auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: OwnSessions) {}

  @Get()
  @AnyRole()
  @NoKeys()
  @ApiOperation({ summary: 'List your own sessions', description: 'Those that have not ended, newest first.' })
  @ApiPage(OwnSessionDto)
  list(@CurrentActor() actor: Actor, @Query() query: PageQuery): Promise<Page<OwnSessionDto>> {
    return this.sessions.list(actor, query);
  }

  @Delete(':id')
  @AnyRole()
  @NoKeys()
  @HttpCode(204)
  @ApiOperation({
    summary: 'End one of your own sessions',
    description: 'Its access tokens and its refresh token stop working.',
  })
  @ApiNoContentResponse()
  async end(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.end(actor, id);
    if (id === actor.sessionId) userCookie.clear(request, reply);
  }
}
