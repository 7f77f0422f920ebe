import type { ControlConfig } from '@helpdeskly/config';
import { Inject, Injectable } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import type { LifecycleTask } from './lifecycle-task.js';

/** By then every process knows the new credential, and no longer uses the old one unless a request still runs on it. */
export const retireAfterMs = 5000;

/** How long a task waits after its request, in milliseconds. */
@Injectable()
export class LifecycleDelays {
  constructor(@Inject(controlConfig) private readonly config: ControlConfig) {}

  of(task: LifecycleTask): number {
    switch (task) {
      case 'access': // Requests that were accepted before may end; no statement runs longer.
        return this.config.tenantQueryTimeoutMs;
      case 'retire':
        return retireAfterMs;
      case 'rotate':
      case 'purge':
        return 0;
    }
  }
}
