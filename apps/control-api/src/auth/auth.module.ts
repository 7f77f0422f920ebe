import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { AuthController } from './auth.controller.js';
import { OperatorAuth } from './operator-auth.js';
import { OperatorAuthenticator } from './operator-authenticator.js';
import { OperatorPasswords } from './operator-passwords.js';
import { OperatorSessions } from './operator-sessions.js';
import { OperatorTokens } from './operator-tokens.js';
import { SessionsController } from './sessions.controller.js';

@Module({
  imports: [ApiKeysModule, OperatorsModule],
  controllers: [AuthController, SessionsController],
  providers: [OperatorAuth, OperatorPasswords, OperatorSessions, OperatorTokens, OperatorAuthenticator],
  exports: [OperatorAuthenticator],
})
export class AuthModule {}
