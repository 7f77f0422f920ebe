import { ApiAnswer, Roles } from '@helpdeskly/http';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { KeysDto } from './keys.dto.js';
import { Keys } from './keys.service.js';

@ApiTags('keys')
@Controller('keys')
export class KeysController {
  constructor(private readonly keys: Keys) {}

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
}
