import type { AppConfig } from '@helpdeskly/config';
import { AcceptedWork, createLogger, Metrics, NestLogger, Readiness } from '@helpdeskly/service';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AttachmentStorageModule } from './attachments/attachment-storage.module.js';
import { AutoCloseModule } from './auto-close/auto-close.module.js';
import { BulkRunsModule } from './bulk/bulk-runs.module.js';
import { EdgeModule } from './edge/edge.module.js';
import { HintsModule } from './hints/hints.module.js';
import { MailCoreModule } from './mail-core/mail-core.module.js';
import { InboundModule } from './mail/inbound/inbound.module.js';
import { OutboundModule } from './mail/outbound/outbound.module.js';
import { MeteringModule } from './metering/metering.module.js';
import { NotificationCoreModule } from './notification-core/notification-core.module.js';
import { SendLaterModule } from './send-later/send-later.module.js';
import { TicketCoreModule } from './ticket-core/ticket-core.module.js';
import { TransferWorkModule } from './transfers/transfers.module.js';
import { WebhookDeliveryModule } from './webhooks/webhooks.module.js';
import { version } from './version.js';

@Module({ providers: [AcceptedWork, Metrics, Readiness], exports: [AcceptedWork, Metrics, Readiness] })
class WorkerEdgeModule {}

/** The workers of the app API without the API, at work once this resolves; `close()` lets running jobs end. */
export async function createAppWorker(
  config: AppConfig,
  logger = createLogger('app-worker', config.logLevel),
): Promise<INestApplicationContext> {
  @Module({
    imports: [
      { module: WorkerEdgeModule, global: true },
      EdgeModule.forRoot(config, logger),
      NotificationCoreModule,
      TicketCoreModule,
      MeteringModule,
      HintsModule.forRoot(config, { hears: false }),
      MailCoreModule.forRoot(config),
      OutboundModule.forRoot(config, { workers: true }),
      AutoCloseModule.forRoot(config, { workers: true }),
      BulkRunsModule.forRoot(config, { workers: true }),
      WebhookDeliveryModule.forRoot(config, { workers: true }),
      SendLaterModule.forRoot(config, { workers: true }),
      TransferWorkModule.forRoot(config, { workers: true }),
      AttachmentStorageModule.forRoot(config, { workers: true }),
      InboundModule.forRoot(config, { workers: true }),
    ],
  })
  class AppWorkerModule {}

  const app = await NestFactory.createApplicationContext(AppWorkerModule, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.get(Metrics).identify('app-worker', version);
  return app;
}
