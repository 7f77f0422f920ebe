import {
  AnyRole,
  ApiAnswer,
  ApiProblems,
  ApiSessionHeader,
  CurrentActor,
  MfaChallengeDto,
  Public,
  type Actor,
} from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../audit/audit-trail.js';
import { RequestCaller, RequestOrigin, type SigningIn } from '../audit/origin.js';
import { AcceptInvitationDto, ChangePasswordDto, LoginDto, RefreshDto } from './auth.dto.js';
import { OperatorAuth } from './operator-auth.js';
import { OperatorSessions } from './operator-sessions.js';
import { OperatorSignIns } from './operator-sign-ins.js';
import { CallerDto, operatorCookie, SessionDto } from './session.dto.js';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: OperatorAuth,
    private readonly sessions: OperatorSessions,
    private readonly signIns: OperatorSignIns,
  ) {}

  @Post('login')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign in as an operator',
    description:
      'Exchanges an email and a password for an access token and a refresh token. An operator with a second factor gets an `mfaToken` for `POST /auth/mfa/verify` instead.',
  })
  @ApiSessionHeader()
  @ApiAnswer(200, [SessionDto, MfaChallengeDto])
  @ApiProblems('invalid_credentials', 'login_busy')
  async login(
    @RequestCaller() caller: SigningIn,
    @Body() input: LoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto | MfaChallengeDto> {
    return operatorCookie.keep(request, reply, await this.auth.login(caller, input.email, input.password));
  }

  @Post('invitations/accept')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Accept an invitation',
    description: 'Sets the password and signs in. An invitation works once. All other sessions of the operator end.',
  })
  @ApiSessionHeader()
  @ApiAnswer(200, [SessionDto, MfaChallengeDto])
  @ApiProblems('token_invalid', 'login_busy')
  async accept(
    @RequestCaller() caller: SigningIn,
    @Body() input: AcceptInvitationDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto | MfaChallengeDto> {
    return operatorCookie.keep(request, reply, await this.auth.accept(caller, input.token, input.password));
  }

  @Post('refresh')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Exchange a refresh token',
    description:
      'Answers new tokens. A refresh token works once; when it is sent again, its session ends. With `X-Session: cookie` and no body the cookie holds the refresh token; tabs of one browser may send the same one within 10 seconds.',
  })
  @ApiSessionHeader()
  @ApiAnswer(200, SessionDto)
  @ApiProblems('token_invalid', 'refresh_token_reused')
  async refresh(
    @RequestCaller() caller: SigningIn,
    @Body() input: RefreshDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto> {
    const shown = operatorCookie.shown(request, input.refreshToken);
    return operatorCookie.keep(request, reply, await this.signIns.refresh(caller, shown));
  }

  @Post('logout')
  @AnyRole()
  @HttpCode(204)
  @ApiOperation({
    summary: 'End this session',
    description: 'Revokes the refresh token and all access tokens of the session, and takes its cookie away.',
  })
  @ApiNoContentResponse()
  @ApiProblems('forbidden')
  async logout(
    @RequestOrigin() origin: Origin,
    @CurrentActor() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.logout(origin, actor);
    operatorCookie.clear(request, reply);
  }

  @Get('me')
  @AnyRole()
  @ApiOperation({
    summary: 'Read who is calling',
    description: 'Answers the operator or the API key behind the credentials.',
  })
  @ApiAnswer(200, CallerDto)
  me(@CurrentActor() actor: Actor): Promise<CallerDto> {
    return this.auth.me(actor);
  }

  @Post('password')
  @AnyRole()
  @HttpCode(204)
  @ApiOperation({ summary: 'Change your own password', description: 'Ends all other sessions.' })
  @ApiNoContentResponse()
  @ApiProblems('forbidden', 'invalid_credentials', 'login_busy')
  changePassword(
    @RequestOrigin() origin: Origin,
    @CurrentActor() actor: Actor,
    @Body() input: ChangePasswordDto,
  ): Promise<void> {
    return this.auth.changePassword(origin, actor, input.currentPassword, input.newPassword);
  }
}
