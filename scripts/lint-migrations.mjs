// Part of npm run check: what new migrations of tenants' databases must not do while the tenants are served.
import { join } from 'node:path';
import { readMigrations } from '@helpdeskly/migrator';
import { root } from './bring.mjs';
import { earlier } from './migration-lint/earlier.mjs';
import { lint } from './migration-lint/lint.mjs';

const folder = 'prisma/tenant/migrations';
const findings = lint(await readMigrations(join(root, folder)), (name) => earlier.has(name));
for (const { migration, line, rule, why, instead } of findings)
  console.error(`${folder}/${migration}/migration.sql:${line} ${rule}: ${why}. Write: ${instead}.`);
process.exitCode = findings.length === 0 ? 0 : 1;
