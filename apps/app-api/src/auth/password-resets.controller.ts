import { ApiAnswer, clientAddressOf, Public } from '@helpdeskly/http';
import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { PasswordResetDto, ResetPasswordDto } from './auth.dto.js';
import { PasswordResets } from './password-resets.service.js';

@ApiTags('auth')
@Controller('auth/password-reset')
export class PasswordResetsController {
  constructor(private readonly resets: PasswordResets) {}

  @Post()
  @Public()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Ask for a link that resets a password',
    description:
      'If a user who is not disabled has this address, a mail with a link leaves. The link sets a new password once, within an hour; for a user who is INVITED it accepts the invitation. The answer is the same for every address, and also if this installation sends no mail. Limits: 5 requests in 15 minutes for each address, 100 for each client.',
  })
  @ApiAnswer(202, PasswordResetDto)
  async request(@Body() { email }: ResetPasswordDto, @Req() request: FastifyRequest): Promise<PasswordResetDto> {
    await this.resets.request(email, clientAddressOf(request));
    return { requested: true };
  }
}
