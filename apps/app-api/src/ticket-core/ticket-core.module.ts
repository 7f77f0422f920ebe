import { Global, Module } from '@nestjs/common';
import { OnTicketWritten } from './on-ticket-written.js';
import { TicketWrites } from './ticket-writes.js';

/** Writing tickets, and hearing of it. Needs the app's global TenantDatabase and TenantContext. */
@Global()
@Module({ providers: [OnTicketWritten, TicketWrites], exports: [OnTicketWritten, TicketWrites] })
export class TicketCoreModule {}
