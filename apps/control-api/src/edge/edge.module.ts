import { ControlDatabase, Secrets } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
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
import { Global, Module, type Provider } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { OperatorAuthenticator } from '../auth/operator-authenticator.js';
import { controlConfig } from '../configuration/tokens.js';
import { ControlHealth } from '../health/control-health.js';
import { Lists } from '../lists/lists.js';
import { ControlErrors } from './control-errors.js';
import { Housekeeping } from './housekeeping.js';
import { OperatorRates } from './operator-rates.js';

const providers: Provider[] = [
  { provide: Authenticator, useExisting: OperatorAuthenticator },
  { provide: RateLimitPolicy, useClass: OperatorRates },
  {
    provide: RequestScope,
    useValue: { run: <T>(_: unknown, work: () => Promise<T>) => work() } satisfies RequestScope,
  },
  { provide: UnitOfWork, useExisting: ControlDatabase },
  { provide: AnswerCipher, useExisting: Secrets },
  { provide: ErrorTranslator, useClass: ControlErrors },
  { provide: HealthChecks, useClass: ControlHealth },
  {
    provide: Cursors,
    inject: [controlConfig],
    useFactory: ({ encryptionKeys }: ControlConfig) => new Cursors(encryptionKeys),
  },
  Lists,
  Housekeeping,
];

/** What libs/http needs from each API: authentication, rate limits, transactions and health checks. */
@Global()
@Module({ imports: [AuthModule], providers, exports: providers })
export class EdgeModule {}
