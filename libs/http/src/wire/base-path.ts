import type { INestApplication } from '@nestjs/common';

/** Puts every route below /api/v1, except those of the service itself. */
export function prefixRoutes(app: INestApplication): void {
  app.setGlobalPrefix('api/v1', {
    exclude: ['health', 'health/live', 'health/ready', 'queues/session', '.well-known/jwks.json'],
  });
}

/** Whether a path belongs to programs, so that no page for people is there. */
export const isApiPath = (path: string): boolean => /^\/(?:api|assets|docs|health|metrics|queues)(?:\/|$)/.test(path);
