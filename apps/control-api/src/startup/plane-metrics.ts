import { AccessTokens } from '@helpdeskly/auth';
import { ControlDatabase, SigningKeys, TenantCatalog } from '@helpdeskly/catalog';
import { PoolMetrics } from '@helpdeskly/database';
import { Metrics } from '@helpdeskly/http';
import { ServerConnections } from '../database-servers/server-connections.js';

/** Shows what the control plane stands on: its caches and pools. */
export class PlaneMetrics {
  constructor(
    { registry }: Metrics,
    pools: { control: ControlDatabase; catalog: TenantCatalog; servers: ServerConnections },
    caches: { keys: SigningKeys; tokens: AccessTokens },
  ) {
    pools.catalog.register(registry);
    caches.keys.register(registry);
    caches.tokens.register(registry);
    new PoolMetrics(registry, {
      control: () => [pools.control.load],
      catalog: () => [pools.catalog.load],
      server_admin: () => pools.servers.loads,
    });
  }
}
