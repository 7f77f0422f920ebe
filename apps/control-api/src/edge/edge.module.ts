import { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import {
  AnswerCipher,
  Authenticator,
  Cursors,
  ErrorTranslator,
  HealthChecks,
  RateLimitPolicy,
  RequestScope,
  UnitOfWork,
} from '@helpdeskly/http';
import { Module, type DynamicModule } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { OperatorAuthenticator } from '../auth/operator-authenticator.js';
import { ControlHealth } from '../health/control-health.js';
import { Lists } from '../lists/lists.js';
import type { ControlPlane } from '../startup/control-plane.js';
import { ControlErrors } from './control-errors.js';
import { Housekeeping } from './housekeeping.js';
import { OperatorRates } from './operator-rates.js';

/** What libs/http leaves to each API: who calls, how often, in which transaction, and what is well. */
@Module({})
export class EdgeModule {
  static of({ config }: ControlPlane): DynamicModule {
    const providers = [
      { provide: Authenticator, useExisting: OperatorAuthenticator },
      { provide: RateLimitPolicy, useValue: new OperatorRates(config.userRequestsPerMinute) },
      {
        provide: RequestScope,
        useValue: { run: <T>(_: unknown, work: () => Promise<T>) => work() } satisfies RequestScope,
      },
      { provide: UnitOfWork, useExisting: ControlDatabase },
      { provide: AnswerCipher, useExisting: Secrets },
      { provide: ErrorTranslator, useClass: ControlErrors },
      { provide: HealthChecks, useClass: ControlHealth },
      { provide: Cursors, useValue: new Cursors(config.encryptionKeys) },
      Lists,
      Housekeeping,
    ];
    return { module: EdgeModule, global: true, imports: [AuthModule], providers, exports: providers };
  }
}
