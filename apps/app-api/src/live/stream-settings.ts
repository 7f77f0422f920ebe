import type { AppConfig } from '@helpdeskly/config';

/** How many streams there may be, and how far back they begin. */
export class StreamSettings {
  readonly retentionMs: number;
  readonly perTenant: number;
  readonly max: number;
  readonly perCustomer = 10;

  constructor({ streams }: Pick<AppConfig, 'streams'>) {
    this.retentionMs = streams.retentionMs;
    this.perTenant = streams.perTenant;
    this.max = streams.max;
  }
}
