// npm run compose:init -- [--domain help.example.com] [--email you@example.com]: writes .env for docker-compose.yml, with a
// secret of its own for everything that has one, and redis-users.acl beside it. Never touches files that are there.
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { redisUsers } from './redis-users.mjs';

const usage = 'npm run compose:init -- [--domain help.example.com] [--email you@example.com] [--file .env]';

try {
  const { domain, email, file } = read();
  const secret = () => randomBytes(24).toString('hex');
  const isLocal = domain === 'localhost';
  const settings = {
    APP_BASE_DOMAIN: domain,
    APP_PUBLIC_URL: `${isLocal ? 'http' : 'https'}://${domain}`,
    TLS: isLocal ? 'off' : 'on',
    BOOTSTRAP_OPERATOR_EMAIL: email,
    BOOTSTRAP_OPERATOR_PASSWORD: secret(),
    PGADMIN_EMAIL: email,
    PGADMIN_PASSWORD: secret(),
    TENANT_READONLY_PASSWORD: secret(),
    GRAFANA_PASSWORD: secret(),
    POSTGRES_PASSWORD: secret(),
    CONTROL_DATABASE_PASSWORD: secret(),
    TENANT_ADMIN_PASSWORD: secret(),
    CATALOG_DATABASE_PASSWORD: secret(),
    PGBOUNCER_PASSWORD: secret(),
    REDIS_ADMIN_PASSWORD: secret(),
    REDIS_CONTROL_PASSWORD: secret(),
    REDIS_APP_PASSWORD: secret(),
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  const users = join(dirname(file), 'redis-users.acl');
  if (existsSync(users)) throw Object.assign(new Error(), { code: 'EEXIST', path: users });
  writeFileSync(file, lines.join(''), { mode: 0o600, flag: 'wx' });
  // Redis' own user reads it in its container; hashes of random passwords tell nobody anything.
  writeFileSync(users, redisUsers(settings), { mode: 0o644, flag: 'wx' });
  console.log(
    `${file} is written, readable by you alone, and ${users} with Redis' users. Keep a copy of ENCRYPTION_KEYS where backups do not go.`,
  );
  if (!isLocal)
    console.log('The certificate of the wildcard domain goes to docker/traefik/tls/ (tls.crt and tls.key).');
  console.log('Next: docker compose up --build --wait');
  console.log(`Then sign in at http://127.0.0.1:3001/docs on this host as ${email},`);
  console.log('with BOOTSTRAP_OPERATOR_PASSWORD of that file.');
} catch (error) {
  console.error(error.code === 'EEXIST' ? `There is a ${error.path} already, and it stays as it is.` : error.message);
  process.exitCode = 1;
}

function read() {
  const text = { type: 'string' };
  let values;
  try {
    ({ values } = parseArgs({ options: { domain: text, email: text, file: text } }));
  } catch (error) {
    throw new Error(`${error.message}\n${usage}`, { cause: error });
  }
  const { domain = 'localhost', email = 'owner@helpdeskly.example', file = '.env' } = values;
  if (!/^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(domain)) throw new Error(`${domain} is no domain.\n${usage}`);
  if (!/^[^\s@$"'#]+@[^\s@$"'#]+$/.test(email)) throw new Error(`${email} is no email address.\n${usage}`);
  return { domain, email, file };
}
