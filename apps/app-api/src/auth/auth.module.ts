import { Module } from '@nestjs/common';
import { AccountAccess } from './account-access.service.js';
import { AccountThrottle } from './account-throttle.js';
import { AccountTrail } from './account-trail.js';
import { Accounts } from './accounts.service.js';
import { AuthController } from './auth.controller.js';
import { Credentials } from './credentials.service.js';
import { Invitations } from './invitations.service.js';
import { JwksController } from './jwks.controller.js';
import { MfaActivation } from './mfa-activation.service.js';
import { MfaChallenges } from './mfa-challenges.js';
import { MfaRemoval } from './mfa-removal.service.js';
import { MfaSetup } from './mfa-setup.service.js';
import { MfaVerification } from './mfa-verification.service.js';
import { MfaController } from './mfa.controller.js';
import { NewPasswords } from './new-passwords.js';
import { OwnSessions } from './own-sessions.service.js';
import { PasswordChanges } from './password-changes.service.js';
import { PasswordResetsController } from './password-resets.controller.js';
import { PasswordResets } from './password-resets.service.js';
import { SessionTokens } from './session-tokens.js';
import { Sessions } from './sessions.service.js';
import { SignIns } from './sign-ins.service.js';
import { StoredPasswords } from './stored-passwords.js';
import { SessionsController } from './sessions.controller.js';

/** How users of a tenant prove who they are, and what that opens. */
@Module({
  controllers: [AuthController, JwksController, MfaController, PasswordResetsController, SessionsController],
  providers: [
    AccountAccess,
    Accounts,
    AccountThrottle,
    AccountTrail,
    Credentials,
    Invitations,
    MfaActivation,
    MfaChallenges,
    MfaRemoval,
    MfaSetup,
    MfaVerification,
    NewPasswords,
    PasswordChanges,
    PasswordResets,
    OwnSessions,
    Sessions,
    SessionTokens,
    SignIns,
    StoredPasswords,
  ],
  exports: [AccountAccess, MfaRemoval, NewPasswords, Sessions],
})
export class AuthModule {}
