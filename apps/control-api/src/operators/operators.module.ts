import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { OperatorCreation } from './operator-creation.js';
import { OperatorInvitations } from './operator-invitations.js';
import { OperatorsController } from './operators.controller.js';
import { Operators } from './operators.service.js';

@Module({
  imports: [ApiKeysModule],
  controllers: [OperatorsController],
  providers: [Operators, OperatorCreation, OperatorInvitations],
  exports: [OperatorInvitations],
})
export class OperatorsModule {}
