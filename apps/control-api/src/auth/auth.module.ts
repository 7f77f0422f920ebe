import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { OperatorsModule } from '../operators/operators.module.js';
import { AuthController } from './auth.controller.js';
import { OperatorAuth } from './operator-auth.js';
import { OperatorAuthenticator } from './operator-authenticator.js';
import { MfaController } from './mfa.controller.js';
import { MfaPolicy } from './mfa-policy.js';
import { OperatorGuesses } from './operator-guesses.js';
import { OperatorMfaController } from './operator-mfa.controller.js';
import { OperatorMfa } from './operator-mfa.js';
import { OperatorPasswords } from './operator-passwords.js';
import { OperatorSessions } from './operator-sessions.js';
import { OperatorSignIns } from './operator-sign-ins.js';
import { OperatorTokens } from './operator-tokens.js';
import { SessionsController } from './sessions.controller.js';

@Module({
  imports: [ApiKeysModule, OperatorsModule],
  controllers: [AuthController, MfaController, OperatorMfaController, SessionsController],
  providers: [
    MfaPolicy,
    OperatorAuth,
    OperatorGuesses,
    OperatorMfa,
    OperatorPasswords,
    OperatorSessions,
    OperatorSignIns,
    OperatorTokens,
    OperatorAuthenticator,
  ],
  exports: [MfaPolicy, OperatorAuthenticator, OperatorTokens],
})
export class AuthModule {}
