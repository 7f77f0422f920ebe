import { Module } from '@nestjs/common';
import { AuthController } from './auth.controller.js';
import { Accounts } from './accounts.service.js';
import { InvitationsService } from './invitations.service.js';
import { JwksController } from './jwks.controller.js';
import { SessionsService } from './sessions.service.js';

@Module({
  controllers: [AuthController, JwksController],
  providers: [SessionsService, Accounts, InvitationsService],
  exports: [InvitationsService],
})
export class AuthModule {}
