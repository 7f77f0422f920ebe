import { TenantCatalog } from '@helpdeskly/catalog';
import type { AppConfig } from '@helpdeskly/config';
import { RedisChannel } from '@helpdeskly/queue';
import { type DynamicModule, Module } from '@nestjs/common';
import { CatalogChannel } from './catalog-channel.js';
import { ChangeHints } from './change-hints.js';
import { Hints, type HintsOptions } from './hints.js';

const redisChannel = 'app-api:hints';
const catalogChannel = 'helpdeskly_hints';

/** What processes tell each other of tenants: for those that change something, and for those that show it at once. */
@Module({})
export class HintsModule {
  static forRoot({ redisUrl, catalogDatabaseUrl }: AppConfig, options: HintsOptions): DynamicModule {
    const hints = {
      provide: Hints,
      inject: [TenantCatalog],
      useFactory: (catalog: TenantCatalog) =>
        new Hints(
          redisUrl === undefined
            ? new CatalogChannel(catalog, catalogDatabaseUrl, catalogChannel)
            : new RedisChannel(redisUrl, redisChannel),
          options,
        ),
    };
    return { module: HintsModule, global: true, providers: [hints, ChangeHints], exports: [Hints] };
  }
}
