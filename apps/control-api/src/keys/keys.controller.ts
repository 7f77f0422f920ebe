import { ApiAnswer, Idempotent, Roles } from '@helpdeskly/http';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { KeysDto, RotateSigningKeysDto } from './keys.dto.js';
import { Keys } from './keys.service.js';
import { SigningKeyRotation } from './signing-key-rotation.js';

@ApiTags('keys')
@Controller('keys')
export class KeysController {
  constructor(
    private readonly keys: Keys,
    private readonly rotation: SigningKeyRotation,
  ) {}

  @Get()
  @Roles('OWNER', 'OPERATOR', 'VIEWER')
  @ApiOperation({
    summary: 'Which keys there are',
    description: 'Those of ENCRYPTION_KEYS with how many secrets each still seals, and those that sign access tokens.',
  })
  @ApiAnswer(200, KeysDto)
  report(): Promise<KeysDto> {
    return this.keys.report();
  }

  @Post('signing/rotate')
  @Roles('OWNER')
  @Idempotent()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Sign access tokens with new keys',
    description:
      'A new key is published at once and signs two seconds later, when every process knows it. What the former one signed stays valid to its end.',
  })
  @ApiAnswer(200, KeysDto)
  async rotate(@RequestOrigin() origin: Origin, @Body() input: RotateSigningKeysDto): Promise<KeysDto> {
    await this.rotation.rotate(origin, input);
    return this.keys.report();
  }
}
