import { Injectable } from '@nestjs/common';
import { DeliveryFailures } from './delivery-failures.js';
import { MailEntries } from './mail-entries.js';
import { MailLimits } from './mail-limits.js';
import { MailReading } from './mail-reading.js';

/** What filing does its steps by. */
@Injectable()
export class FilingSteps {
  constructor(
    readonly failures: DeliveryFailures,
    readonly reading: MailReading,
    readonly limits: MailLimits,
    readonly entries: MailEntries,
  ) {}
}
