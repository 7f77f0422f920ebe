import type { AppConfig } from '@helpdeskly/config';
import { createHttpApp } from '@helpdeskly/http';
import { createLogger } from '@helpdeskly/service';
import { TenantResolver } from '@helpdeskly/tenancy';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import './edge/request-tenant.js';
import { RequestMeter } from './metering/request-meter.js';
import { OutboxFolder } from './mail/outbound/outbox-folder.js';
import { serveOutbox } from './mail/outbound/outbox-page.js';
import { UsageReport } from './usage/usage-report.js';
import { AppModule } from './app.module.js';
import { TenantContextMiddleware } from './edge/tenant-context.middleware.js';
import { documentOptions } from './document.js';
import { consolePages } from './pages/console-pages.js';

export interface AppApiOptions {
  /** Whether this process also takes jobs; without, `createAppWorker` does in others. */
  readonly workers?: boolean;
}

/** The app API over its module, with its workers, ready to listen. */
export async function createAppApi(
  config: AppConfig,
  logger = createLogger('app-api', config.logLevel),
  { workers = true }: AppApiOptions = {},
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(AppModule.forRoot(config, logger, { workers }), {
    config,
    logger,
    service: 'app-api',
    ...documentOptions,
    middleware: TenantContextMiddleware,
    pages: (app) => pagesOf(app, config, logger),
    logFacts: (request) => ({ tenant: request.tenant?.slug, actor: request.actor?.id }),
  });
  const { outboxDir } = config.mail;
  if (outboxDir !== undefined) serveOutbox(app.getHttpAdapter().getInstance(), new OutboxFolder(outboxDir));
  app.get(UsageReport, { strict: false }).watch(app.getHttpAdapter().getInstance());
  app.get(RequestMeter, { strict: false }).watch(app.getHttpAdapter().getInstance());
  return app;
}

/** The API answers without its pages, too: where only programs call it, nobody needs to build them. */
function pagesOf(app: NestFastifyApplication, config: AppConfig, logger: Pick<Logger, 'warn'>) {
  const pages = consolePages(config.publicUrl, app.get(TenantResolver, { strict: false }));
  if (pages === undefined) logger.warn('The console is not built, so that no pages are served: node scripts/pages.mjs');
  return pages;
}
