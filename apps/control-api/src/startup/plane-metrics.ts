import { AccessTokens, Passwords } from '@helpdeskly/auth';
import { ControlDatabase, SigningKeys, TenantCatalog } from '@helpdeskly/catalog';
import { PoolMetrics } from '@helpdeskly/database';
import { Metrics } from '@helpdeskly/service';
import { ServerConnections } from '../server-connections/server-connections.js';

/** Exposes the control plane's caches, pools and waiting passwords. */
export class PlaneMetrics {
  constructor(
    { registry }: Metrics,
    plane: { control: ControlDatabase; catalog: TenantCatalog; servers: ServerConnections; passwords: Passwords },
    caches: { keys: SigningKeys; tokens: AccessTokens },
  ) {
    plane.catalog.register(registry);
    caches.keys.register(registry);
    caches.tokens.register(registry);
    plane.passwords.register(registry);
    new PoolMetrics(registry, {
      control: () => [plane.control.load],
      catalog: () => [plane.catalog.load],
      server_admin: () => plane.servers.loads,
    });
  }
}
