import type { AppConfig } from '@helpdeskly/config';
import { createHttpApp, createLogger } from '@helpdeskly/http';
import { TenantContextMiddleware } from '@helpdeskly/tenancy';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { UsageReport } from './usage/usage-report.js';
import { AppModule } from './app.module.js';
import { version } from './version.js';

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
    title: 'Helpdeskly app API',
    description:
      'Tickets, comments and users of one helpdesk, named by its subdomain or by the header `X-Tenant-Slug`. ' +
      'Errors are problems as in RFC 9457; lists are walked by cursors.',
    version,
    middleware: TenantContextMiddleware,
    commonHeaders: [{ name: 'X-Tenant-Slug', description: 'The helpdesk, where the host does not name it.' }],
    commonProblems: [
      'host_invalid',
      'tenant_required',
      'tenant_conflict',
      'tenant_slug_invalid',
      'tenant_not_found',
      'tenant_inactive',
      'tenant_unavailable',
      'tenant_upgrading',
      'tenant_connection_limit',
      'tenant_database_unavailable',
      'query_timeout',
      'catalog_unavailable',
    ],
    logFacts: (request) => ({ tenant: request.tenant?.slug, actor: request.actor?.id }),
  });
  app.get(UsageReport, { strict: false }).watch(app.getHttpAdapter().getInstance());
  return app;
}
