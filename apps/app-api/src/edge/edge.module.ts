import { AccessTokens, Passwords } from '@helpdeskly/auth';
import { Secrets, SigningKeys, TenantCatalog, tenantSigningKeys } from '@helpdeskly/catalog';
import type { AppConfig } from '@helpdeskly/config';
import { onceItServes } from '@helpdeskly/database';
import {
  AnswerCipher,
  Authenticator,
  Cursors,
  ErrorTranslator,
  HealthChecks,
  RateLimitPolicy,
  RequestScope,
  TrustedProxies,
  UnitOfWork,
} from '@helpdeskly/http';
import { ConnectionGovernor } from '@helpdeskly/tenant-db';
import { TenantClientFactory, TenantContext, TenantDatabase, TenantNaming, TenantResolver } from '@helpdeskly/tenancy';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { requiredMigrations } from '../required-migrations.js';
import { version } from '../version.js';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { ApiKeyChecksums } from './api-key-checksums.js';
import { ApiKeyStates } from './api-key-states.js';
import { AppBackground } from './app-background.js';
import { BackgroundTenants } from './background-tenants.js';
import { DataCiphers } from './data-ciphers.js';
import { EdgeMetrics, observedParts, type Observed } from './edge-metrics.js';
import { SessionStates } from './session-states.js';
import { TenantAuthenticator } from './tenant-authenticator.js';
import { TenantContextMiddleware } from './tenant-context.middleware.js';
import { TenantErrors } from './tenant-errors.js';
import { TenantRates } from './tenant-rates.js';
import { TenantRounds } from './tenant-rounds.js';
import { TenantScope } from './tenant-scope.js';

const edgeLogger = Symbol('logger');

/** What the edge and every feature stand on: the catalog, the tenants' clients, and how callers are known. */
@Module({})
export class EdgeModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly catalog: TenantCatalog,
    private readonly clients: TenantClientFactory,
    private readonly secrets: Secrets,
    @Inject(edgeLogger) private readonly logger: Logger,
  ) {}

  static forRoot(config: AppConfig, logger: Logger): DynamicModule {
    const secrets = new Secrets(config.encryptionKeys);
    const catalog = new TenantCatalog(config.catalogDatabaseUrl, { requiredMigrations: requiredMigrations() });
    const governor = new ConnectionGovernor({
      maxConnections: config.tenantConnectionsMax,
      waitMs: config.tenantConnectionWaitMs,
    });
    const clients = new TenantClientFactory(catalog, secrets, governor, {
      maxClients: config.tenantClientsMax,
      idleMs: config.tenantClientIdleMs,
      poolMax: config.tenantPoolMax,
      queryTimeoutMs: config.tenantQueryTimeoutMs,
      pooler: config.poolerAddress,
      onFault: (fault, error) => logger.error({ err: error }, fault),
    });
    const keys = tenantSigningKeys(catalog, secrets);
    const tokens = new AccessTokens(keys);
    catalog.onSigningKeysChange(() => tokens.forget());
    const passwords = new Passwords();
    const proxies = new TrustedProxies(config.trustedProxies);
    const values = new Map<unknown, unknown>([
      [TenantCatalog, catalog],
      [Secrets, secrets],
      [edgeLogger, logger],
      [ConnectionGovernor, governor],
      [TenantClientFactory, clients],
      [SigningKeys, keys],
      [AccessTokens, tokens],
      [Passwords, passwords],
      [Cursors, new Cursors(config.encryptionKeys)],
      [AnswerCipher, secrets],
      [TenantContext, new TenantContext(clients)],
      [
        TenantNaming,
        { baseDomain: config.baseDomain, isTrustedProxy: (address: string) => proxies.isTrusted(address) },
      ],
      [HealthChecks, { service: 'app-api', version, checks: { catalog: () => catalog.check() } }],
      [RateLimitPolicy, new TenantRates(config)],
    ]);
    const providers = [
      ...[...values].map(([provide, useValue]) => ({ provide: provide as never, useValue })),
      TenantDatabase,
      BackgroundTenants,
      SessionStates,
      DataCiphers,
      ApiKeyChecksums,
      ApiKeyStates,
      ApiKeyAuthenticator,
      {
        provide: observedParts,
        inject: [SessionStates],
        useFactory: (sessions: SessionStates): Observed[] => [
          catalog,
          clients,
          governor,
          keys,
          tokens,
          passwords,
          sessions,
        ],
      },
      EdgeMetrics,
      AppBackground,
      TenantRounds,
      TenantResolver,
      TenantContextMiddleware,
      { provide: UnitOfWork, useExisting: TenantDatabase },
      { provide: Authenticator, useClass: TenantAuthenticator },
      { provide: RequestScope, useClass: TenantScope },
      { provide: ErrorTranslator, useClass: TenantErrors },
    ];
    return { module: EdgeModule, global: true, providers, exports: providers };
  }

  async onModuleInit(): Promise<void> {
    await this.catalog.start();
    await this.assertKeysAreHere();
  }

  /** The start refuses while a key is missing that sealed something the catalog holds. Throws UnknownEncryptionKey. */
  private async assertKeysAreHere(): Promise<void> {
    const ask = () => this.catalog.keysInUse();
    const inUse = await onceItServes(ask, (sentence) => this.logger.warn(sentence)).catch((error: unknown) => {
      // A catalog that is away, or not made yet by the control API that starts beside this one, holds nothing to refuse for.
      this.logger.warn({ err: error }, 'the encryption keys could not be compared with the catalog');
      return [];
    });
    this.secrets.assertHolds(inUse.map(({ id }) => id));
  }

  /** After the HTTP server has answered what it had accepted. */
  async onApplicationShutdown(): Promise<void> {
    await this.clients.close();
    await this.catalog.close();
  }
}
