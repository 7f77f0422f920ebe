import type { CatalogTenant } from '@helpdeskly/catalog';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by TenantContextMiddleware for routes under /api/v1. */
    tenant?: CatalogTenant;
  }
}
