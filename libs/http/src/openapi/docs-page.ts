import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Whatever our descriptions or the browser's URL contain: the page runs only this server's code. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Swagger UI's files; nobody can request a file that is not listed here. */
const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const start = `window.addEventListener('load', () =>
  SwaggerUIBundle({ url: '/docs/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null }),
);
`;

const pageOf = (title: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)}</title>
    <link rel="icon" href="/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </head>
  <body>
    <div id="swagger-ui"></div>
  </body>
</html>
`;

/**
 * Serves the OpenAPI document at /docs/openapi.json, and a page that shows it at /docs. Each file has its own route. The document is made
 * when somebody asks for it first: no start waits for it.
 */
export function serveDocs(server: FastifyInstance, describe: () => OpenAPIObject, title: string): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  let json: string | undefined;
  const page = pageOf(title);
  const html = (reply: FastifyReply) => protectedOf(reply).type('text/html; charset=utf-8').send(page);
  server.get('/docs', (_request, reply) => html(reply));
  server.get('/docs/', (_request, reply) => html(reply));
  server.get('/docs/openapi.json', (_request, reply) =>
    protectedOf(reply)
      .type('application/json; charset=utf-8')
      .send((json ??= JSON.stringify(describe()))),
  );
  server.get('/docs/start.js', (_request, reply) =>
    protectedOf(reply).type('text/javascript; charset=utf-8').send(start),
  );
  for (const [name, type] of Object.entries(assets)) {
    let bytes: Promise<Buffer> | undefined;
    server.get(`/docs/${name}`, async (_request, reply) =>
      protectedOf(reply)
        .type(type)
        .send(await (bytes ??= readFile(join(folder, name)))),
    );
  }
}

function protectedOf(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-security-policy', contentSecurityPolicy)
    .header('x-frame-options', 'DENY')
    .header('referrer-policy', 'no-referrer');
}
