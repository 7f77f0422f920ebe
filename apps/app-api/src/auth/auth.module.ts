import { Module } from '@nestjs/common';
import { Accounts } from './accounts.service.js';
import { AuthController } from './auth.controller.js';
import { Credentials } from './credentials.service.js';
import { Invitations } from './invitations.service.js';
import { JwksController } from './jwks.controller.js';
import { NewPasswords } from './new-passwords.js';
import { Sessions } from './sessions.service.js';

@Module({
  controllers: [AuthController, JwksController],
  providers: [Accounts, Credentials, Invitations, NewPasswords, Sessions],
  exports: [Invitations, NewPasswords, Sessions],
})
export class AuthModule {}
