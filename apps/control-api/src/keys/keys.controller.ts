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
    summary: 'List encryption and signing keys',
    description:
      'Lists the keys of ENCRYPTION_KEYS with the number of secrets that each still encrypts, and the keys that sign access tokens.',
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
    summary: 'Rotate the signing keys',
    description:
      'A new key is published at once and signs two seconds later, when every process knows it. Tokens of the former key stay valid until they expire.',
  })
  @ApiAnswer(200, KeysDto)
  async rotate(@RequestOrigin() origin: Origin, @Body() input: RotateSigningKeysDto): Promise<KeysDto> {
    await this.rotation.rotate(origin, input);
    return this.keys.report();
  }
}
