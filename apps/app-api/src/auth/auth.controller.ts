import { type Actor, AnyRole, ApiAnswer, ApiProblems, clientAddressOf, CurrentActor, Public } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { UserDto } from '../users/users.dto.js';
import { Accounts } from './accounts.service.js';
import { AcceptInvitationDto, ChangePasswordDto, LoginDto, RefreshDto, SignedInDto } from './auth.dto.js';
import { Invitations } from './invitations.service.js';
import { Sessions } from './sessions.service.js';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly invitations: Invitations,
  ) {}

  @Post('login')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign in' })
  @ApiAnswer(200, SignedInDto)
  @ApiProblems('invalid_credentials', 'login_busy')
  login(@Body() { email, password }: LoginDto, @Req() request: FastifyRequest): Promise<SignedInDto> {
    return this.accounts.login(email, password, clientAddressOf(request));
  }

  @Post('refresh')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Exchange a refresh token' })
  @ApiAnswer(200, SignedInDto)
  @ApiProblems('token_invalid', 'refresh_token_reused')
  refresh(@Body() { refreshToken }: RefreshDto): Promise<SignedInDto> {
    return this.sessions.refresh(refreshToken);
  }

  @Post('logout')
  @AnyRole()
  @HttpCode(204)
  @ApiOperation({ summary: 'End this session' })
  @ApiNoContentResponse()
  logout(@CurrentActor() actor: Actor): Promise<void> {
    return this.accounts.logout(actor);
  }

  @Get('me')
  @AnyRole()
  @ApiOperation({ summary: 'Who is signed in' })
  @ApiAnswer(200, UserDto)
  me(@CurrentActor() actor: Actor): Promise<UserDto> {
    return this.accounts.me(actor);
  }

  @Post('password')
  @AnyRole()
  @HttpCode(204)
  @ApiOperation({ summary: 'Change the own password; ends all other sessions' })
  @ApiNoContentResponse()
  @ApiProblems('invalid_credentials', 'login_busy')
  password(
    @CurrentActor() actor: Actor,
    @Body() { currentPassword, newPassword }: ChangePasswordDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.accounts.changePassword(actor, currentPassword, newPassword, clientAddressOf(request));
  }

  @Post('invitations/accept')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Accept an invitation: set a password and sign in' })
  @ApiAnswer(200, SignedInDto)
  @ApiProblems('token_invalid', 'login_busy')
  accept(@Body() { token, password, name }: AcceptInvitationDto, @Req() request: FastifyRequest): Promise<SignedInDto> {
    return this.invitations.accept(token, password, name, clientAddressOf(request));
  }
}
