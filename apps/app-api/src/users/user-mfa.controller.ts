import { type Actor, CurrentActor, NoKeys, Roles } from '@helpdeskly/http';
import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserMfa } from './user-mfa.service.js';

@ApiTags('users')
@Controller('users/:id/mfa')
export class UserMfaController {
  constructor(private readonly mfa: UserMfa) {}

  @Delete()
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(204)
  @ApiOperation({
    summary: "Turn a user's second factor off",
    description: 'For users who lost their phone and their recovery codes. All their sessions end.',
  })
  @ApiNoContentResponse()
  reset(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<void> {
    return this.mfa.reset(actor, id);
  }
}
