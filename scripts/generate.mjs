// Generates the two Prisma clients. `prisma generate` only wants its schema engine to exist, never runs it:
// naming any file keeps it from downloading one.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const prisma = fileURLToPath(new URL('../node_modules/prisma/build/index.js', import.meta.url));

const generated = { control: 'libs/catalog/src/generated', tenant: 'libs/tenant-db/src/generated' };

for (const database of ['control', 'tenant']) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [prisma, 'generate', '--schema', `prisma/${database}/schema.prisma`],
    {
      cwd: root,
      encoding: 'utf8',
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    },
  );
  if (status !== 0) {
    process.stderr.write(stdout + stderr);
    process.exit(status ?? 1);
  }
  shareCompiler(join(root, generated[database], 'internal/class.ts'));
}

/** Each client would have a query compiler of its own; ours is one for all clients of a schema. */
function shareCompiler(file) {
  const own = '@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs';
  const text = readFileSync(file, 'utf8');
  if (!text.includes(own)) throw new Error(`${file} does not import Prisma's query compiler any more.`);
  writeFileSync(file, text.replace(own, '@helpdeskly/database/query-compiler'));
}
