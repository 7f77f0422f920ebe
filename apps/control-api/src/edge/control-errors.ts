import { isConnectionFailure, isQueryTimeout, isStaleStatement } from '@helpdeskly/database';
import { ServiceUnavailable, type DomainError } from '@helpdeskly/errors';
import { ErrorTranslator } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';

/** Distinguishes an outage of the control database from our own faults. */
@Injectable()
export class ControlErrors extends ErrorTranslator {
  translate(error: unknown): DomainError | undefined {
    if (![isConnectionFailure, isQueryTimeout, isStaleStatement].some((is) => is(error))) return undefined;
    return new ServiceUnavailable('The control database cannot be reached at the moment.', error);
  }
}
