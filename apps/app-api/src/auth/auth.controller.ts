import {
  type Actor,
  AnyRole,
  ApiAnswer,
  ApiProblems,
  ApiSessionHeader,
  clientAddressOf,
  clientFactsOf,
  CurrentActor,
  MfaChallengeDto,
  NoKeys,
  Public,
} from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { UserDto } from '../user-core/user.dto.js';
import { Accounts } from './accounts.service.js';
import { AcceptInvitationDto, ChangePasswordDto, LoginDto, RefreshDto, SignedInDto, userCookie } from './auth.dto.js';
import { Invitations } from './invitations.service.js';
import { PasswordChanges } from './password-changes.service.js';
import { Sessions } from './sessions.service.js';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly invitations: Invitations,
    private readonly passwords: PasswordChanges,
  ) {}

  @Post('login')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign in',
    description:
      'Exchanges an email and a password for an access token and a refresh token. A user with a second factor gets an `mfaToken` for `POST /auth/mfa/verify` instead.',
  })
  @ApiSessionHeader()
  @ApiAnswer(200, [SignedInDto, MfaChallengeDto])
  @ApiProblems('invalid_credentials', 'login_busy')
  async login(
    @Body() { email, password }: LoginDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInDto | MfaChallengeDto> {
    return userCookie.keep(request, reply, await this.accounts.login(email, password, clientFactsOf(request)));
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
  @ApiAnswer(200, SignedInDto)
  @ApiProblems('token_invalid', 'refresh_token_reused')
  async refresh(
    @Body() { refreshToken }: RefreshDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInDto> {
    return userCookie.keep(request, reply, await this.sessions.refresh(userCookie.shown(request, refreshToken)));
  }

  @Post('logout')
  @AnyRole()
  @NoKeys()
  @HttpCode(204)
  @ApiOperation({
    summary: 'End this session',
    description: 'Revokes the refresh token and all access tokens of the session, and takes its cookie away.',
  })
  @ApiNoContentResponse()
  async logout(
    @CurrentActor() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.accounts.logout(actor);
    userCookie.clear(request, reply);
  }

  @Get('me')
  @AnyRole()
  @NoKeys()
  @ApiOperation({ summary: 'Read who is signed in', description: 'Answers the user that the access token belongs to.' })
  @ApiAnswer(200, UserDto)
  me(@CurrentActor() actor: Actor): Promise<UserDto> {
    return this.accounts.me(actor);
  }

  @Post('password')
  @AnyRole()
  @NoKeys()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Change your own password',
    description: 'Needs the current password. All other sessions end.',
  })
  @ApiNoContentResponse()
  @ApiProblems('invalid_credentials', 'login_busy')
  password(
    @CurrentActor() actor: Actor,
    @Body() { currentPassword, newPassword }: ChangePasswordDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.passwords.change(actor, currentPassword, newPassword, clientAddressOf(request));
  }

  @Post('invitations/accept')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Accept an invitation',
    description: 'Sets the password and signs in. An invitation works once.',
  })
  @ApiSessionHeader()
  @ApiAnswer(200, [SignedInDto, MfaChallengeDto])
  @ApiProblems('token_invalid', 'login_busy')
  async accept(
    @Body() { token, password, name }: AcceptInvitationDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInDto | MfaChallengeDto> {
    const answer = await this.invitations.accept(token, password, name, clientFactsOf(request));
    return userCookie.keep(request, reply, answer);
  }
}
