import { type Actor, AnyRole, ApiAnswer, ApiProblems, clientAddressOf, CurrentActor, Public } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { UserDto } from '../user-core/user.dto.js';
import { Accounts } from './accounts.service.js';
import { AcceptInvitationDto, ChangePasswordDto, LoginDto, RefreshDto, SignedInDto } from './auth.dto.js';
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
    description: 'Exchanges an email and a password for an access token and a refresh token.',
  })
  @ApiAnswer(200, SignedInDto)
  @ApiProblems('invalid_credentials', 'login_busy')
  login(@Body() { email, password }: LoginDto, @Req() request: FastifyRequest): Promise<SignedInDto> {
    return this.accounts.login(email, password, clientAddressOf(request));
  }

  @Post('refresh')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Exchange a refresh token',
    description: 'Answers new tokens. A refresh token works once; when it is sent again, its session ends.',
  })
  @ApiAnswer(200, SignedInDto)
  @ApiProblems('token_invalid', 'refresh_token_reused')
  refresh(@Body() { refreshToken }: RefreshDto): Promise<SignedInDto> {
    return this.sessions.refresh(refreshToken);
  }

  @Post('logout')
  @AnyRole()
  @HttpCode(204)
  @ApiOperation({
    summary: 'End this session',
    description: 'Revokes the refresh token and all access tokens of the session.',
  })
  @ApiNoContentResponse()
  logout(@CurrentActor() actor: Actor): Promise<void> {
    return this.accounts.logout(actor);
  }

  @Get('me')
  @AnyRole()
  @ApiOperation({ summary: 'Read who is signed in', description: 'Answers the user that the access token belongs to.' })
  @ApiAnswer(200, UserDto)
  me(@CurrentActor() actor: Actor): Promise<UserDto> {
    return this.accounts.me(actor);
  }

  @Post('password')
  @AnyRole()
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
  @ApiAnswer(200, SignedInDto)
  @ApiProblems('token_invalid', 'login_busy')
  accept(@Body() { token, password, name }: AcceptInvitationDto, @Req() request: FastifyRequest): Promise<SignedInDto> {
    return this.invitations.accept(token, password, name, clientAddressOf(request));
  }
}
