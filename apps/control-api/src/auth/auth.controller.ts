import { AnyRole, ApiAnswer, ApiProblems, CurrentActor, Public, type Actor } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestCaller, RequestOrigin, type Caller } from '../audit/origin.js';
import { AcceptInvitationDto, ChangePasswordDto, LoginDto, RefreshDto } from './auth.dto.js';
import { OperatorAuth } from './operator-auth.js';
import { CallerDto, SessionDto } from './session.dto.js';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: OperatorAuth) {}

  @Post('login')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign in as an operator',
    description: 'Exchanges an email and a password for an access token and a refresh token.',
  })
  @ApiAnswer(200, SessionDto)
  @ApiProblems('invalid_credentials', 'login_busy')
  login(@RequestCaller() caller: Caller, @Body() input: LoginDto): Promise<SessionDto> {
    return this.auth.login(caller, input.email, input.password);
  }

  @Post('invitations/accept')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Accept an invitation',
    description: 'Sets the password and signs in. An invitation works once. All other sessions of the operator end.',
  })
  @ApiAnswer(200, SessionDto)
  @ApiProblems('token_invalid', 'login_busy')
  accept(@RequestCaller() caller: Caller, @Body() input: AcceptInvitationDto): Promise<SessionDto> {
    return this.auth.accept(caller, input.token, input.password);
  }

  @Post('refresh')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Exchange a refresh token',
    description: 'Answers new tokens. A refresh token works once; when it is sent again, its session ends.',
  })
  @ApiAnswer(200, SessionDto)
  @ApiProblems('token_invalid', 'refresh_token_reused')
  refresh(@Body() input: RefreshDto): Promise<SessionDto> {
    return this.auth.refresh(input.refreshToken);
  }

  @Post('logout')
  @AnyRole()
  @HttpCode(204)
  @ApiOperation({
    summary: 'End this session',
    description: 'Revokes the refresh token and all access tokens of the session.',
  })
  @ApiNoContentResponse()
  @ApiProblems('forbidden')
  logout(@RequestOrigin() origin: Origin, @CurrentActor() actor: Actor): Promise<void> {
    return this.auth.logout(origin, actor);
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
