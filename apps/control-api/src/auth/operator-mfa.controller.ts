import { ApiProblems, Roles } from '@helpdeskly/http';
import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { OperatorMfa } from './operator-mfa.js';

@ApiTags('operators')
@Controller('operators/:id/mfa')
export class OperatorMfaController {
  constructor(private readonly mfa: OperatorMfa) {}

  @Delete()
  @Roles('OWNER')
  @HttpCode(204)
  @ApiOperation({
    summary: "Turn an operator's second factor off",
    description: 'For operators who lost their phone and their recovery codes. All their sessions end.',
  })
  @ApiNoContentResponse()
  @ApiProblems('not_found')
  reset(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<void> {
    return this.mfa.reset(origin, id);
  }
}
