import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

const preflightSeconds = 600;

/** What scripts of another origin may read of an answer. */
const exposedHeaders = [
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Limit',
  'RateLimit-Policy',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'X-Request-Id',
];

const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'Last-Event-ID',
  'Prefer',
  'X-Request-Id',
  'X-Tenant-Slug',
];

/**
 * Lets scripts of these origins call the API and read its answers, refusals included: so it comes before all other hooks. Never
 * with credentials: a cookie is for the API's own pages. Without origins nothing is added at all.
 */
export async function allowOrigins(server: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  await server.register(cors, {
    origin: (origin, done) => done(null, origin !== undefined && allowed.has(origin) ? origin : false),
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders,
    exposedHeaders,
    credentials: false,
    maxAge: preflightSeconds,
    strictPreflight: false,
  });
}
