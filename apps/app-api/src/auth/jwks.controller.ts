import { SigningKeys } from '@helpdeskly/catalog';
import { ApiAnswer, Public } from '@helpdeskly/http';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { JwksDto } from './auth.dto.js';

@ApiTags('auth')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  @Get('jwks.json')
  @Public()
  @ApiOperation({
    summary: 'Read the public keys of access tokens',
    description: 'A JSON Web Key Set (RFC 7517): other services verify access tokens with it.',
  })
  @ApiAnswer(200, JwksDto)
  async jwks(): Promise<JwksDto> {
    return { keys: await this.keys.jwks() };
  }
}
