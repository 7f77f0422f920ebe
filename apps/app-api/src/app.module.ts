import type { AppConfig } from '@helpdeskly/config';
import { TenantContextMiddleware } from '@helpdeskly/tenancy';
import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import type { Logger } from 'pino';
import { AuthModule } from './auth/auth.module.js';
import { EdgeModule } from './edge/edge.module.js';
import { TicketsModule } from './tickets/tickets.module.js';
import { UsersModule } from './users/users.module.js';

@Module({})
export class AppModule implements NestModule {
  static forRoot(config: AppConfig, logger: Logger): DynamicModule {
    return { module: AppModule, imports: [EdgeModule.forRoot(config, logger), AuthModule, UsersModule, TicketsModule] };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(TenantContextMiddleware).forRoutes('{*path}');
  }
}
