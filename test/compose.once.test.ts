import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readAppConfig, readControlConfig } from '@helpdeskly/config';
import { Ajv } from 'ajv';
import { validate as lintDockerfile } from 'dockerfile-utils';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: { readonly target: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly restart?: string;
  readonly healthcheck?: object;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly resources?: { readonly limits?: Readonly<Record<string, unknown>> } };
}

interface Network {
  readonly internal?: boolean;
  readonly ipam?: { readonly config: readonly Readonly<Record<'subnet' | 'gateway' | 'ip_range', string>>[] };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, Network>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const load = (file: string) => parse(read(file), { merge: true }) as Compose;
const compose = load('docker-compose.yml');
const services = Object.entries(compose.services);
const ours = ['migrate', 'control-api', 'worker', 'app-api', 'app-worker'];
/** Where mail arrives: only from outside when the operator names an address. */
const mailPort = '${MAIL_ADDRESS:-127.0.0.1}:${MAIL_PORT:-2525}:2525';

/** What `npm run compose:init` writes, as variables. */
function initialised(...args: string[]): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'helpdeskly-compose-'));
  try {
    const file = join(folder, '.env');
    execFileSync(process.execPath, [join(root, 'scripts/compose-init.mjs'), '--file', file, ...args]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compose's interpolation, as far as these files use it. Source: the compose specification, 12-interpolation.md. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, otherwise = '') => {
    const value = variables[name];
    if (value !== undefined && value !== '') return value;
    if (kind === '-') return otherwise;
    throw new Error(`${name} is not set`);
  });
}

describe('the compose files', () => {
  const schemaFile = createRequire(join(root, 'package.json')).resolve('dclint/package.json');
  const schema = JSON.parse(readFileSync(join(schemaFile, '../schemas/compose.schema.json'), 'utf8')) as object;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, validateSchema: false });
  const validate = ajv.compile({ ...schema, $schema: undefined });

  it.each(['docker-compose.yml', 'docker-compose.dev.yml'])(
    '%s is what the compose specification describes',
    (file) => {
      validate(load(file));
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  it('are refused when they hold what the specification does not know', () => {
    expect(validate({ services: { one: { image: 'x', restarts: 'always' } } })).toBe(false);
  });

  it.each(services)(
    '%s has a restart policy, limits, a bounded log and a health check or a reason',
    (name, service) => {
      expect(service.restart).toBe(name === 'migrate' ? 'no' : 'unless-stopped');
      expect(Object.keys(service.deploy?.resources?.limits ?? {}).sort()).toEqual(['cpus', 'memory', 'pids']);
      expect(service).toHaveProperty('logging');
      if (name !== 'migrate') expect(service.healthcheck).toBeDefined();
    },
  );

  it.each(services)('%s names services, networks, volumes and files that are there', (_, service) => {
    const wanted = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
    for (const each of wanted) expect(Object.keys(compose.services)).toContain(each);
    const networks = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {});
    expect(networks.length).toBeGreaterThan(0);
    for (const each of networks) expect(Object.keys(compose.networks)).toContain(each);
    for (const volume of service.volumes ?? []) {
      const source = interpolate(volume, {}).split(':')[0] ?? '';
      if (source === './redis-users.acl') continue; // compose:init writes it.
      if (source.startsWith('./')) expect([source, existsSync(join(root, source))]).toEqual([source, true]);
      else if (!source.startsWith('/')) expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it('publish nothing but traefik outside of the loopback interface, and no port that a second app-api would want too', () => {
    for (const [name, { ports = [] }] of services) {
      const open = ports.filter((port) => !port.startsWith('127.0.0.1:') && (name !== 'mail' || port !== mailPort));
      expect([name, open.length]).toEqual([name, name === 'traefik' ? 2 : 0]);
      if (ours.includes(name)) expect(ports).toEqual([]);
    }
  });

  it('keep databases, pooler and queue on a network that leads nowhere', () => {
    expect(compose.networks['data']?.internal).toBe(true);
    for (const name of ['postgres', 'pgbouncer', 'redis']) expect(compose.services[name]?.networks).toEqual(['data']);
  });

  it('let neither Grafana nor pgAdmin onto a network of PostgreSQL’s, and pgAdmin through one role’s door alone', () => {
    const networksOf = (name: string) => {
      const networks = compose.services[name]?.networks ?? [];
      return Array.isArray(networks) ? (networks as string[]) : Object.keys(networks);
    };
    const shared = (one: string, other: string) => networksOf(one).filter((each) => networksOf(other).includes(each));
    for (const name of ['grafana', 'pgadmin', 'prometheus', 'loki', 'tempo', 'collector', 'traefik', 'clamd']) {
      expect([name, shared(name, 'postgres'), shared(name, 'redis')]).toEqual([name, [], []]);
    }
    expect(shared('pgadmin', 'support-pooler')).toEqual(['support']);
    expect(compose.networks['support']?.internal).toBe(true);
    expect(compose.services['support-pooler']?.environment).toEqual({
      TENANT_READONLY_PASSWORD: '${TENANT_READONLY_PASSWORD:?}',
    });
  });

  it('start ClamAV when its profile is asked for, where app-api reaches it', () => {
    const clamd = compose.services['clamd'];
    expect([clamd?.profiles, clamd?.networks]).toEqual([['antivirus'], ['scanning']]);
    expect(compose.services['app-api']?.networks).toContain('scanning');
    const config = readAppConfig({ ...appEnvironment(), CLAMD_SOCKET: 'clamd:3310' });
    expect(config.clamd).toEqual({ host: 'clamd', port: 3310 });
  });

  it('give the superuser’s password to PostgreSQL alone', () => {
    const holders = Object.entries(compose.services)
      .filter(([, service]) => JSON.stringify(service).includes('POSTGRES_PASSWORD'))
      .map(([name]) => name);
    expect(holders).toEqual(['postgres']);
    for (const name of ['migrate', 'control-api', 'worker']) {
      const url = compose.services[name]?.environment?.['TENANT_SERVER_ADMIN_URL'] ?? '';
      expect(url).toMatch(/^postgres:\/\/helpdeskly_admin:\$\{TENANT_ADMIN_PASSWORD\b/);
    }
  });

  it('give each API a Redis user of its own', () => {
    const users = ours.map(
      (name) => new URL(interpolate(compose.services[name]?.environment?.['REDIS_URL'] ?? '', secrets)).username,
    );
    expect(users).toEqual(['control-api', 'control-api', 'control-api', 'app-api', 'app-api']);
  });

  const secrets = { REDIS_CONTROL_PASSWORD: 'c', REDIS_APP_PASSWORD: 'a' };
  const appEnvironment = () => {
    const text = read('docker-compose.yml').replace(/^[\t ]*#.*$/gm, '');
    return (parse(interpolate(text, initialised()), { merge: true }) as Compose).services['app-api']?.environment ?? {};
  };

  it('keep traefik’s address, which alone is trusted, from being given to what starts before it', () => {
    const networks = compose.services['traefik']?.networks as Readonly<Record<string, { ipv4_address: string }>>;
    const address = networks['edge']?.ipv4_address ?? '';
    expect(compose.services['app-api']?.environment?.['TRUSTED_PROXIES']).toBe(address);
    const [edge] = compose.networks['edge']?.ipam?.config ?? [];
    const holds = (range: string | undefined, one: string | undefined) => {
      const [network = '', bits = ''] = range?.split('/') ?? [];
      const list = new BlockList();
      list.addSubnet(network, Number(bits));
      return list.check(one ?? '');
    };
    expect([holds(edge?.subnet, address), holds(edge?.ip_range, address)]).toEqual([true, false]);
    expect([holds(edge?.subnet, edge?.gateway), holds(edge?.ip_range, edge?.gateway)]).toEqual([true, false]);
    expect(edge?.gateway).not.toBe(address);
  });

  it('leave the certificate’s key out of the repository and of the image', () => {
    expect(read('.gitignore').split('\n')).toContain('docker/traefik/tls/*');
    expect(read('.dockerignore').split('\n')).toContain('docker/traefik/tls');
  });

  it('name images by their version', () => {
    for (const [, { image }] of services) expect(image).toMatch(/:(v?\d[\w.]*|local)$/);
  });

  it('leave the servers alone when docker-compose.dev.yml is laid over', () => {
    const started = (profile: Service) => profile.profiles === undefined;
    const over = load('docker-compose.dev.yml').services;
    const left = services.filter(([name, service]) => started({ ...service, ...over[name] })).map(([name]) => name);
    expect(left.sort()).toEqual(['pgadmin', 'pgbouncer', 'postgres', 'redis', 'support-pooler']);
  });

  it.each([
    ['on localhost', []],
    ['on a domain', ['--domain', 'help.example.com', '--email', 'ops@example.com']],
  ])('need nothing beyond what compose:init writes, and give our services what they read, %s', (_, args) => {
    const variables = initialised(...args);
    const text = read('docker-compose.yml').replace(/^[\t ]*#.*$/gm, '');
    const filled = parse(interpolate(text, variables), { merge: true }) as Compose;
    for (const name of ours) {
      const environment = filled.services[name]?.environment ?? {};
      const config = name.startsWith('app-') ? readAppConfig(environment) : readControlConfig(environment);
      expect(config.trustedProxies).toEqual(['172.31.250.2']);
      for (const variable of Object.keys(environment)) expect(readers).toContain(`'${variable}'`);
    }
  });

  const readers = [
    'reader',
    'service-config',
    'app-config',
    'control-config',
    'telemetry-config',
    'storage-config',
    'backup-config',
    'clamd-address',
    'mail-config',
  ]
    .map((name) => `libs/config/src/${name}.ts`)
    .filter((file) => existsSync(join(root, file)))
    .map(read)
    .join('\n');

  it('hold no password of their own', () => {
    const secrets = /^[\t ]*\w*(PASSWORD|SECRET|KEYS?)\w*:\s*(?!\$\{)\S/m;
    for (const file of ['docker-compose.yml', 'docker-compose.dev.yml']) expect(read(file)).not.toMatch(secrets);
  });
});

describe('npm run compose:init', () => {
  it('writes no password of Redis’ users beside .env, only hashes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'helpdeskly-compose-'));
    const file = join(folder, '.env');
    execFileSync(process.execPath, [join(root, 'scripts/compose-init.mjs'), '--file', file]);
    const users = readFileSync(join(folder, 'redis-users.acl'), 'utf8');
    for (const [, value = ''] of readFileSync(file, 'utf8').matchAll(/^REDIS_\w+=(.+)$/gm))
      expect(users).not.toContain(value);
    expect(users.match(/#[0-9a-f]{64}/g)).toHaveLength(3);
    rmSync(file);
    const again = spawnSync(process.execPath, [join(root, 'scripts/compose-init.mjs'), '--file', file]);
    expect([again.status, existsSync(file), readFileSync(join(folder, 'redis-users.acl'), 'utf8')]).toEqual([
      1,
      false,
      users,
    ]);
    rmSync(folder, { recursive: true });
  });

  it('makes other secrets each time, none of them short', () => {
    const [first, second] = [initialised(), initialised()];
    for (const [name, value] of Object.entries(first)) {
      if (!/PASSWORD|KEYS/.test(name)) continue;
      expect(value).not.toBe(second[name]);
      expect(value.length).toBeGreaterThanOrEqual(40);
    }
  });

  it('refuses to overwrite, and changes nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'helpdeskly-compose-'));
    const file = join(folder, '.env');
    const init = () => spawnSync(process.execPath, [join(root, 'scripts/compose-init.mjs'), '--file', file]);
    expect(init().status).toBe(0);
    const before = readFileSync(file, 'utf8');
    const again = init();
    expect(again.status).toBe(1);
    expect(again.stderr.toString()).toContain('stays as it is');
    expect(readFileSync(file, 'utf8')).toBe(before);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['a domain that is none', ['--domain', 'help desk']],
    ['an email that is none', ['--email', 'me']],
    ['an option that it does not know', ['--force']],
  ])('refuses %s', (_, args) => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/compose-init.mjs'), ...args]);
    expect([status, stderr.toString()]).toEqual([1, expect.stringContaining('npm run compose:init')]);
  });
});

describe('the Dockerfile', () => {
  const text = read('Dockerfile');

  it('has nothing that the linter minds, which minds what is wrong', () => {
    expect(lintDockerfile(text)).toEqual([]);
    expect(lintDockerfile('FROM node:24\nCOPPY . .\n')).not.toEqual([]);
  });

  it('has the stages that the compose files build, each of which runs as an ordinary user', () => {
    for (const [, { build }] of services) {
      if (build === undefined) continue;
      const stage = new RegExp(`^FROM \\S+ AS ${build.target}$([\\s\\S]*?)(?=^FROM|$(?![\\s\\S]))`, 'm').exec(
        text,
      )?.[1];
      expect(stage).toMatch(/^USER (node|postgres)$/m);
    }
  });

  it('installs by the same pnpm as everybody else, from the lockfile', () => {
    const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string };
    expect(text).toContain(`npm install --global ${packageManager}`);
    expect(text.match(/pnpm (install|fetch)(?! --frozen-lockfile)/g)).toBeNull();
  });

  it('copies files that are there', () => {
    for (const [, sources = ''] of text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
      for (const source of sources.split(' ')) expect([source, existsSync(join(root, source))]).toEqual([source, true]);
    }
  });
});

describe('the two configurations of PgBouncer', () => {
  const settings = (file: string) =>
    new Map([...read(`docker/pgbouncer/${file}`).matchAll(/^(\w+) = (.*)$/gm)].map(([, name, value]) => [name, value]));

  it('differ only in where it listens and how it finds users', () => {
    const asking = settings('pgbouncer.ini');
    const listed = settings('pgbouncer-userlist.ini');
    for (const name of ['listen_addr', 'auth_file', 'auth_user', 'auth_query', 'max_prepared_statements']) {
      asking.delete(name);
      listed.delete(name);
    }
    expect([...asking]).toEqual([...listed]);
    expect(asking.get('pool_mode')).toBe('transaction');
  });
});

describe('traefik’s routes', () => {
  /** As its file provider fills them in. */
  const rendered = (tls: boolean, isPublic: boolean) => {
    const text = read('docker/traefik/routes/helpdeskly.yml')
      .replaceAll('{{ env "APP_BASE_DOMAIN" }}', 'help.example.com')
      .replaceAll('{{ env "APP_BASE_DOMAIN" | replace "." "\\\\." }}', 'help\\.example\\.com')
      .replace(/\{\{ if eq \(env "CONTROL_PUBLIC"\) "on" \}\}((?:[^{}]|\{\})*)\{\{ end \}\}/, isPublic ? '$1' : '')
      .replace(/\{\{ if [^{}]*\}\}((?:[^{}]|\{\})*)\{\{ else \}\}((?:[^{}]|\{\})*)\{\{ end \}\}/, tls ? '$1' : '$2');
    expect(text).not.toContain('{{');
    return parse(text) as { http: { routers: Record<string, Router> } };
  };

  interface Router {
    readonly rule: string;
    readonly service: string;
    readonly priority: number;
    readonly entryPoints: readonly string[];
  }

  it.each([true, false])(
    'lead subdomains to app-api, and control. to the control API when it is public (TLS %s)',
    (tls) => {
      const { routers } = rendered(tls, true).http;
      const tenants = /HostRegexp\(`(.*)`\)/.exec(routers['tenants']?.rule ?? '')?.[1] ?? '';
      expect('acme.help.example.com').toMatch(new RegExp(tenants));
      for (const host of ['help.example.com', 'a.b.help.example.com', 'acme.helpxexample.com'])
        expect(host).not.toMatch(new RegExp(tenants));
      expect(routers['control']).toMatchObject({ rule: 'Host(`control.help.example.com`)', service: 'control' });
      expect(routers['control']?.priority).toBeGreaterThan(routers['tenants']?.priority ?? Infinity);
    },
  );

  it.each([true, false])(
    'lead to the control API from the loopback interface alone unless told otherwise (TLS %s)',
    (tls) => {
      const toControl = Object.values(rendered(tls, false).http.routers).filter(({ service }) => service === 'control');
      expect(toControl.map(({ entryPoints }) => entryPoints)).toEqual([['operators']]);
      const { entryPoints } = parse(read('docker/traefik/traefik.yml')) as {
        entryPoints: Record<string, { address: string }>;
      };
      const inside = entryPoints['operators']?.address.replace(':', '');
      const published = compose.services['traefik']?.ports?.map((port) => interpolate(port, {})) ?? [];
      expect(published.filter((port) => port.endsWith(`:${inside}`))).toEqual([`127.0.0.1:3001:${inside}`]);
    },
  );
});
