import {
  type Actor,
  AnyRole,
  ApiAnswer,
  ApiProblems,
  ApiSessionHeader,
  clientAddressOf,
  clientFactsOf,
  ConfirmMfaDto,
  CurrentActor,
  MfaSecretDto,
  NoKeys,
  Public,
  RecoveryCodesDto,
  TurnOffMfaDto,
  VerifyMfaDto,
} from '@helpdeskly/http';
import { Body, Controller, Delete, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SignedInDto, userCookie } from './auth.dto.js';
import { MfaRemoval } from './mfa-removal.service.js';
import { MfaSetup } from './mfa-setup.service.js';
import { MfaVerification } from './mfa-verification.service.js';
import { Sessions } from './sessions.service.js';

@ApiTags('auth')
@Controller('auth/mfa')
export class MfaController {
  constructor(
    private readonly verification: MfaVerification,
    private readonly sessions: Sessions,
    private readonly setup: MfaSetup,
    private readonly removal: MfaRemoval,
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
  @ApiAnswer(200, SignedInDto)
  @ApiProblems('token_invalid', 'service_unavailable', 'invalid_credentials', 'login_busy')
  async verify(
    @Body() { mfaToken, code }: VerifyMfaDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInDto> {
    const client = clientFactsOf(request);
    const user = await this.verification.verify(mfaToken, code, client.address);
    return userCookie.keep(request, reply, await this.sessions.open(user, client));
  }

  @Post('totp')
  @AnyRole()
  @NoKeys()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Begin to set up a second factor',
    description: 'Answers a new secret for an authenticator app (RFC 6238). It counts once a code of it is confirmed.',
  })
  @ApiAnswer(200, MfaSecretDto)
  @ApiProblems('mfa_enabled', 'service_unavailable')
  begin(@CurrentActor() actor: Actor): Promise<MfaSecretDto> {
    return this.setup.begin(actor);
  }

  @Post('totp/confirm')
  @AnyRole()
  @NoKeys()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Turn the second factor on',
    description: 'Needs a code of the new secret. Answers ten recovery codes. All other sessions end.',
  })
  @ApiAnswer(200, RecoveryCodesDto)
  @ApiProblems('not_found', 'mfa_enabled', 'service_unavailable', 'invalid_credentials', 'login_busy')
  async confirm(
    @CurrentActor() actor: Actor,
    @Body() { code }: ConfirmMfaDto,
    @Req() request: FastifyRequest,
  ): Promise<RecoveryCodesDto> {
    return { recoveryCodes: await this.setup.confirm(actor, code, clientAddressOf(request)) };
  }

  @Delete('totp')
  @AnyRole()
  @NoKeys()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Turn the second factor off',
    description: 'Needs the password. Recovery codes stop working.',
  })
  @ApiNoContentResponse()
  @ApiProblems('invalid_credentials', 'login_busy')
  turnOff(
    @CurrentActor() actor: Actor,
    @Body() { password }: TurnOffMfaDto,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    return this.removal.turnOff(actor.id, password, clientAddressOf(request));
  }
}
