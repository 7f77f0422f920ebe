import {
  AnyRole,
  ApiAnswer,
  ApiProblems,
  ApiSessionHeader,
  ConfirmMfaDto,
  CurrentActor,
  MfaSecretDto,
  Public,
  RecoveryCodesDto,
  TurnOffMfaDto,
  VerifyMfaDto,
  type Actor,
} from '@helpdeskly/http';
import { Body, Controller, Delete, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../audit/audit-trail.js';
import { RequestCaller, RequestOrigin, type SigningIn } from '../audit/origin.js';
import { OperatorMfa } from './operator-mfa.js';
import { OperatorSignIns } from './operator-sign-ins.js';
import { operatorCookie, SessionDto } from './session.dto.js';

@ApiTags('auth')
@Controller('auth/mfa')
export class MfaController {
  constructor(
    private readonly mfa: OperatorMfa,
    private readonly signIns: OperatorSignIns,
  ) {}

  @Post('verify')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign in with a second factor',
    description:
      'The second step after `mfaRequired`. A wrong code counts as a failed sign-in; after five of them the `mfaToken` is worth nothing.',
  })
  @ApiSessionHeader()
  @ApiAnswer(200, SessionDto)
  @ApiProblems('token_invalid', 'invalid_credentials', 'login_busy')
  async verify(
    @RequestCaller() caller: SigningIn,
    @Body() { mfaToken, code }: VerifyMfaDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SessionDto> {
    const operator = await this.mfa.verify(caller, mfaToken, code);
    return operatorCookie.keep(request, reply, await this.signIns.afterCode(caller, operator));
  }

  @Post('totp')
  @AnyRole()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Begin to set up a second factor',
    description: 'Answers a new secret for an authenticator app (RFC 6238). It counts once a code of it is confirmed.',
  })
  @ApiAnswer(200, MfaSecretDto)
  @ApiProblems('forbidden', 'mfa_enabled')
  begin(@CurrentActor() actor: Actor): Promise<MfaSecretDto> {
    return this.mfa.begin(actor);
  }

  @Post('totp/confirm')
  @AnyRole()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Turn the second factor on',
    description: 'Needs a code of the new secret. Answers ten recovery codes. All other sessions end.',
  })
  @ApiAnswer(200, RecoveryCodesDto)
  @ApiProblems('forbidden', 'not_found', 'mfa_enabled', 'invalid_credentials', 'login_busy')
  async confirm(
    @RequestOrigin() origin: Origin,
    @CurrentActor() actor: Actor,
    @Body() { code }: ConfirmMfaDto,
  ): Promise<RecoveryCodesDto> {
    return { recoveryCodes: await this.mfa.confirm(origin, actor, code) };
  }

  @Delete('totp')
  @AnyRole()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Turn the second factor off',
    description: 'Needs the password. Recovery codes stop working.',
  })
  @ApiNoContentResponse()
  @ApiProblems('forbidden', 'invalid_credentials', 'login_busy')
  turnOff(
    @RequestOrigin() origin: Origin,
    @CurrentActor() actor: Actor,
    @Body() { password }: TurnOffMfaDto,
  ): Promise<void> {
    return this.mfa.turnOff(origin, actor, password);
  }
}
