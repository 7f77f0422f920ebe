import { Module } from '@nestjs/common';
import { AccountAccess } from './account-access.service.js';
import { Accounts } from './accounts.service.js';
import { AuthController } from './auth.controller.js';
import { Credentials } from './credentials.service.js';
import { Invitations } from './invitations.service.js';
import { JwksController } from './jwks.controller.js';
import { NewPasswords } from './new-passwords.js';
import { Sessions } from './sessions.service.js';

@Module({
  controllers: [AuthController, JwksController],
  providers: [AccountAccess, Accounts, Credentials, Invitations, NewPasswords, Sessions],
  exports: [AccountAccess, Invitations, NewPasswords, Sessions],
})
export class AuthModule {}
