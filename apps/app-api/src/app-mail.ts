import type { AppConfig } from '@helpdeskly/config';
import { QueueMetrics } from '@helpdeskly/queue';
import { AcceptedWork, createLogger, Metrics, NestLogger, Readiness } from '@helpdeskly/service';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AttachmentStorageModule } from './attachments/attachment-storage.module.js';
import { EdgeModule } from './edge/edge.module.js';
import { MailCoreModule } from './mail-core/mail-core.module.js';
import { InboundModule } from './mail/inbound/inbound.module.js';
import { SmtpListener } from './mail/inbound/smtp-listener.js';
import { MeteringModule } from './metering/metering.module.js';
import { NotificationCoreModule } from './notification-core/notification-core.module.js';
import { TicketCoreModule } from './ticket-core/ticket-core.module.js';
import { version } from './version.js';

const parts = [AcceptedWork, Metrics, QueueMetrics, Readiness];

@Module({ providers: parts, exports: parts })
class MailEdgeModule {}

/** The SMTP listener without the API, in a process of its own; workers file what it stores. */
export async function createAppMail(
  config: AppConfig,
  logger = createLogger('app-mail', config.logLevel),
): Promise<INestApplicationContext> {
  @Module({
    imports: [
      { module: MailEdgeModule, global: true },
      EdgeModule.forRoot(config, logger),
      MeteringModule,
      NotificationCoreModule,
      TicketCoreModule,
      MailCoreModule.forRoot(config),
      AttachmentStorageModule.forRoot(config, { workers: false }),
      InboundModule.forRoot(config, { workers: false }),
    ],
  })
  class AppMailModule {}

  const app = await NestFactory.createApplicationContext(AppMailModule, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.get(Metrics).identify('app-mail', version);
  return app;
}

/** Begins to take mail, and answers the address as a URL; undefined when the configuration names no port. */
export async function listenForMail(app: INestApplicationContext): Promise<string | undefined> {
  const address = await app.get(SmtpListener, { strict: false }).listen();
  if (address === undefined) return undefined;
  return `smtp://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
