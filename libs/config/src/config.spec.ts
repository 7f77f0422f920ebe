import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, readAppConfig, readControlConfig, readStartConfig } from './index.js';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const app = { CATALOG_DATABASE_URL: 'postgres://reader:secret@db:5432/control', ENCRYPTION_KEYS: key('k1') };
const control = {
  CONTROL_DATABASE_URL: 'postgres://owner:secret@db/control',
  TENANT_SERVER_ADMIN_URL: 'postgres://admin:secret@db/postgres',
  ENCRYPTION_KEYS: key('k1'),
};

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('has the documented defaults', () => {
    const config = readAppConfig(app);
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      metricsPort: 9464,
      baseDomain: 'localhost',
      publicUrl: 'http://localhost:3000',
      trustedProxies: [],
      tenantPoolMax: 5,
      tenantConnectionsMax: 100,
      tenantClientsMax: 500,
      tenantClientIdleMs: 60_000,
      tenantConnectionWaitMs: 2000,
      tenantQueryTimeoutMs: 10_000,
      userRequestsPerMinute: 1200,
      tenantRequestsPerMinute: 12_000,
    });
    expect(readControlConfig(control)).toMatchObject({ port: 3001, metricsPort: 9465, provisioningConcurrency: 4 });
  });

  it('cannot be changed after the start', () => {
    expect(Object.isFrozen(readAppConfig(app))).toBe(true);
    expect(Object.isFrozen(readControlConfig(control))).toBe(true);
  });

  it('counts an empty variable as missing', () => {
    expect(readAppConfig({ ...app, APP_API_PORT: '  ' }).port).toBe(3000);
    expect(problemsOf(() => readAppConfig({ ...app, CATALOG_DATABASE_URL: '' }))).toEqual([
      'CATALOG_DATABASE_URL is required',
    ]);
  });

  it('names every wrong variable at once, each with its reason', () => {
    const wrong = { ...app, APP_API_PORT: '70000', LOG_LEVEL: 'loud', TENANT_POOL_MAX: '1', SHUTDOWN_DEADLINE: 'soon' };
    expect(problemsOf(() => readAppConfig(wrong))).toEqual([
      'APP_API_PORT must be a whole number from 0 to 65535, not "70000"',
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud"',
      'SHUTDOWN_DEADLINE must be a span such as 30s, 12h or 7d, not "soon"',
      'TENANT_POOL_MAX must be a whole number from 2 to 1000, not "1"',
    ]);
  });

  it.each(['-1', '1.5', '1e3', '0x10', '99999999999999999999', 'NaN'])('refuses %s as a whole number', (value) => {
    expect(problemsOf(() => readAppConfig({ ...app, APP_METRICS_PORT: value }))).toHaveLength(1);
  });

  it('never shows the value of a URL, which may hold a password', () => {
    const [problem] = problemsOf(() => readAppConfig({ ...app, CATALOG_DATABASE_URL: 'mysql://me:hunter2@db/x' }));
    expect(problem).toBe('CATALOG_DATABASE_URL must be a URL that begins with postgres:// or postgresql://');
  });

  it('reads encryption keys newest first', () => {
    const keys = readAppConfig({ ...app, ENCRYPTION_KEYS: `${key('new')}, ${key('old')}` }).encryptionKeys;
    expect(keys.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(keys.every(({ key: bytes }) => bytes.length === 32)).toBe(true);
  });

  it.each(['', 'k1', 'k1:c2hvcnQ=', `k1:${randomBytes(33).toString('base64')}`, `${key('a')},${key('a')}`])(
    'refuses %p as encryption keys',
    (value) => {
      expect(problemsOf(() => readAppConfig({ ...app, ENCRYPTION_KEYS: value }))).toHaveLength(1);
    },
  );

  it('takes addresses and ranges of both families as trusted proxies', () => {
    expect(readAppConfig({ ...app, TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).trustedProxies).toEqual(['10.0.0.0/8', '::1']);
    expect(problemsOf(() => readAppConfig({ ...app, TRUSTED_PROXIES: 'proxy.example,10.0.0.0/33' }))).toHaveLength(2);
  });

  it('takes exact origins of pages that may call it', () => {
    const origins = 'https://desk.example, http://localhost:5173';
    expect(readAppConfig({ ...app, CORS_ORIGINS: origins }).corsOrigins).toEqual(origins.split(', '));
    expect(readAppConfig(app).corsOrigins).toEqual([]);
    for (const wrong of [
      '*',
      'desk.example',
      'https://desk.example/',
      'https://*.desk.example',
      'HTTPS://desk.example',
      'null',
    ])
      expect(problemsOf(() => readAppConfig({ ...app, CORS_ORIGINS: wrong }))).toEqual([
        expect.stringMatching(/^CORS_ORIGINS holds .*, which is not an origin/),
      ]);
  });

  it('wants both halves of the first operator: an email, and a password of 12 characters or more', () => {
    expect(problemsOf(() => readControlConfig({ ...control, BOOTSTRAP_OPERATOR_EMAIL: 'a@b.c' }))).toEqual([
      'BOOTSTRAP_OPERATOR_PASSWORD is required with BOOTSTRAP_OPERATOR_EMAIL',
    ]);
    const short = { ...control, BOOTSTRAP_OPERATOR_EMAIL: 'a@b.c', BOOTSTRAP_OPERATOR_PASSWORD: 'short' };
    const noEmail = { ...short, BOOTSTRAP_OPERATOR_EMAIL: 'admin' };
    expect(problemsOf(() => readControlConfig(noEmail))).toEqual(['BOOTSTRAP_OPERATOR_EMAIL must be an email address']);
    expect(problemsOf(() => readControlConfig(short))).toEqual([
      'BOOTSTRAP_OPERATOR_PASSWORD must have 12 to 128 characters',
    ]);
  });

  it('derives the public origin from base domain and port', () => {
    const given = { ...control, APP_BASE_DOMAIN: 'Help.Example', APP_API_PORT: '8080' };
    expect(readControlConfig(given).appPublicUrl).toBe('http://help.example:8080');
    expect(readControlConfig({ ...given, APP_PUBLIC_URL: 'https://help.example/x' }).appPublicUrl).toBe(
      'https://help.example',
    );
  });

  it('reads spans of time', () => {
    for (const [span, milliseconds] of [
      ['250ms', 250],
      ['30s', 30_000],
      ['5m', 300_000],
      ['2h', 7_200_000],
    ] as const) {
      expect(readAppConfig({ ...app, SHUTDOWN_DEADLINE: span }).shutdownDeadlineMs).toBe(milliseconds);
    }
  });

  it('leaves time to drain after the delay in which a load balancer looks', () => {
    const given = { ...app, SHUTDOWN_DEADLINE: '10s' };
    expect(readAppConfig({ ...given, SHUTDOWN_DRAIN_DELAY: '9s' }).shutdownDrainDelayMs).toBe(9000);
    expect(problemsOf(() => readAppConfig({ ...given, SHUTDOWN_DRAIN_DELAY: '10s' }))).toEqual([
      'SHUTDOWN_DRAIN_DELAY must be shorter than SHUTDOWN_DEADLINE, of which it is a part',
    ]);
  });

  it('closes resolved tickets after 28 days unless told otherwise', () => {
    expect(readAppConfig(app)).toMatchObject({ autoCloseMs: 2_419_200_000, autoCloseSurveyMs: 86_400_000 });
    expect(readAppConfig(app)).toMatchObject({
      bulkSurveyMs: 3_600_000,
      sendSurveyMs: 3_600_000,
      transferSurveyMs: 3_600_000,
    });
    expect(readAppConfig({ ...app, TICKET_AUTO_CLOSE: '0s' }).autoCloseMs).toBe(0);
    const wrong = { TICKET_AUTO_CLOSE: '3651d', TICKET_AUTO_CLOSE_SURVEY: '0s', TICKET_BULK_SURVEY: '0s' };
    expect(problemsOf(() => readAppConfig({ ...app, ...wrong }))).toEqual([
      'TICKET_AUTO_CLOSE must be 3650d at most',
      'TICKET_AUTO_CLOSE_SURVEY must be from 1s to 3650d',
      'TICKET_BULK_SURVEY must be from 1s to 3650d',
    ]);
  });

  it('lets webhooks lead to no private address unless told otherwise', () => {
    expect(readAppConfig(app).webhooks).toEqual({ allowPrivate: false, surveyMs: 3_600_000 });
    const given = { ...app, WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_SURVEY: '10s' };
    expect(readAppConfig(given).webhooks).toEqual({ allowPrivate: true, surveyMs: 10_000 });
    const wrong = { ...app, WEBHOOK_ALLOW_PRIVATE: 'maybe', WEBHOOK_SURVEY: '0s' };
    expect(problemsOf(() => readAppConfig(wrong))).toHaveLength(2);
  });

  it('bounds streams unless told otherwise', () => {
    expect(readAppConfig(app).streams).toEqual({ retentionMs: 86_400_000, perTenant: 2000, max: 10_000 });
    const given = { EVENT_RETENTION: '1s', STREAMS_PER_TENANT: '1', STREAMS_MAX: '2' };
    expect(readAppConfig({ ...app, ...given }).streams).toEqual({ retentionMs: 1000, perTenant: 1, max: 2 });
    const wrong = { EVENT_RETENTION: '0s', STREAMS_PER_TENANT: '0', STREAMS_MAX: 'x' };
    expect(problemsOf(() => readAppConfig({ ...app, ...wrong }))).toHaveLength(3);
  });

  it('migrates tenants at a start unless told otherwise', () => {
    expect(readStartConfig({}).autoMigrate).toBe(true);
    expect(readStartConfig({ AUTO_MIGRATE: 'false' }).autoMigrate).toBe(false);
    expect(problemsOf(() => readStartConfig({ AUTO_MIGRATE: 'no' }))).toHaveLength(1);
  });

  it('seeds the demo unless told otherwise', () => {
    expect(readStartConfig({}).seedDemo).toBe(true);
    expect(readStartConfig({ SEED_DEMO: 'false' }).seedDemo).toBe(false);
    expect(problemsOf(() => readStartConfig({ SEED_DEMO: 'no' }))).toHaveLength(1);
  });
});

describe('where traces go', () => {
  const telemetry = (more: Record<string, string>) => readAppConfig({ ...app, ...more }).telemetry;
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

  it('is nowhere unless it is said', () => {
    expect(telemetry({ OTEL_TRACES_SAMPLER_ARG: '0.5' })).toBeUndefined();
    expect(telemetry(endpoint)).toEqual({
      endpoint: 'http://collector:4318',
      headers: {},
      sampleRatio: 1,
      queueSize: 8192,
    });
  });

  it('has headers, percent-encoded, a ratio and a queue', () => {
    const more = {
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%3Db, x-org=7,',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_BSP_MAX_QUEUE_SIZE: '512',
    };
    expect(telemetry({ ...endpoint, ...more })).toMatchObject({
      headers: { authorization: 'Bearer a=b', 'x-org': '7' },
      sampleRatio: 0.25,
      queueSize: 512,
    });
  });

  it.each(['secret', 'a=%zz-secret', 'a=secret%0d%0ab: c', '=secret'])(
    'never shows a header that is wrong: %#',
    (value) => {
      expect(problemsOf(() => telemetry({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: value }))).toEqual([
        'OTEL_EXPORTER_OTLP_HEADERS must be name=value, comma separated, values percent-encoded',
      ]);
    },
  );

  it.each(['1.5', '-1', 'half', '1e-1', '.5'])('has no ratio of %s', (value) => {
    expect(problemsOf(() => telemetry({ ...endpoint, OTEL_TRACES_SAMPLER_ARG: value }))).toEqual([
      `OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not "${value}"`,
    ]);
  });
});

describe('where attachments are kept', () => {
  const storageOf = (more: object) => readAppConfig({ ...app, ...more }).storage;

  it('is nowhere unless it is said', () => {
    expect(storageOf({})).toBeUndefined();
    expect(readControlConfig(control).storage).toBeUndefined();
  });

  it('is a folder, the same one for both APIs', () => {
    const folder = { kind: 'folder', folder: '/srv/attachments' };
    expect(storageOf({ ATTACHMENTS_DIR: '/srv/attachments' })).toEqual(folder);
    expect(readControlConfig({ ...control, ATTACHMENTS_DIR: '/srv/attachments' }).storage).toEqual(folder);
  });

  it('is a bucket at Amazon, or at an endpoint', () => {
    const bucket = { kind: 's3', bucket: 'files', region: 'us-east-1', endpoint: undefined, forcePathStyle: false };
    expect(storageOf({ S3_BUCKET: 'files' })).toEqual(bucket);
    const here = { S3_ENDPOINT: 'http://minio:9000', S3_REGION: 'eu-central-1', S3_FORCE_PATH_STYLE: 'true' };
    expect(storageOf({ S3_BUCKET: 'files', ...here })).toEqual({
      ...bucket,
      region: 'eu-central-1',
      endpoint: 'http://minio:9000',
      forcePathStyle: true,
    });
  });

  it.each([
    [{ ATTACHMENTS_DIR: '/srv', S3_BUCKET: 'files' }, 'ATTACHMENTS_DIR and S3_BUCKET are both set'],
    [{ S3_ENDPOINT: 'http://minio:9000' }, 'S3_BUCKET is required with S3_ENDPOINT'],
    [{ S3_BUCKET: 'files', S3_ENDPOINT: 'minio' }, 'S3_ENDPOINT must be a URL'],
  ])('is refused by %j', (more, reason) => {
    expect(problemsOf(() => storageOf(more))).toEqual([expect.stringContaining(reason)]);
  });
});

describe('where clamd is', () => {
  it.each([
    ['/run/clamav/clamd.ctl', { path: '/run/clamav/clamd.ctl' }],
    ['clamav:3310', { host: 'clamav', port: 3310 }],
    ['', undefined],
  ])('%j is read', (CLAMD_SOCKET, clamd) => {
    expect(readAppConfig({ ...app, CLAMD_SOCKET }).clamd).toEqual(clamd);
  });

  it('is a path or an address', () => {
    expect(problemsOf(() => readAppConfig({ ...app, CLAMD_SOCKET: 'clamd.ctl' }))).toEqual([
      'CLAMD_SOCKET must be host:port, not "clamd.ctl"',
    ]);
  });
});

describe('the configuration of mail', () => {
  it('is of the base domain, and neither receives nor sends', () => {
    const { mail } = readAppConfig({ ...app, APP_BASE_DOMAIN: 'Desk.example' });
    expect(mail).toMatchObject({ domain: 'desk.example', trustedRelays: [], dnsServers: [] });
    expect([mail.smtpPort, mail.tls, mail.relayUrl, mail.outboxDir, mail.authservId]).toEqual(Array(5).fill(undefined));
  });

  it('has a relay, or an outbox in its place', () => {
    const outbox = { MAIL_OUTBOX_DIR: '/var/outbox' };
    expect(readAppConfig({ ...app, ...outbox }).mail.outboxDir).toBe('/var/outbox');
    const both = readAppConfig({ ...app, ...outbox, MAIL_RELAY_URL: 'smtps://me:secret@mx.example' }).mail;
    expect([both.relayUrl, both.outboxDir]).toEqual(['smtps://me:secret@mx.example', undefined]);
  });

  it.each([
    ['MAIL_DOMAIN', 'a b', 'must be a host name'],
    ['MAIL_RELAY_URL', 'http://mx.example', 'must be a URL that begins with smtp:// or smtps://'],
    ['MAIL_SMTP_PORT', '70000', 'must be a whole number from 0 to 65535'],
    ['MAIL_SMTP_TLS_KEY', '/key.pem', 'MAIL_SMTP_TLS_CERT is required together with MAIL_SMTP_TLS_KEY'],
    ['MAIL_SMTP_TLS_CERT', '/cert.pem', 'MAIL_SMTP_TLS_KEY is required together with MAIL_SMTP_TLS_CERT'],
    ['MAIL_TRUSTED_RELAYS', '10.0.0.0/40', 'neither an address nor a CIDR range'],
    ['MAIL_AUTHSERV_ID', 'mx example', 'must be a name such as mx.example.com'],
    ['MAIL_DNS_SERVERS', '1.1.1.1, dns.example', 'holds "dns.example"'],
    ['MAIL_DNS_SERVERS', '[::1]:70000', 'holds "[::1]:70000"'],
    ['MAIL_RATE_PER_MINUTE', '0', 'must be a whole number from 1'],
  ])('refuses %s=%s', (name, value, reason) => {
    expect(problemsOf(() => readAppConfig({ ...app, [name]: value }))).toEqual([expect.stringContaining(reason)]);
  });

  it('takes resolvers with and without a port', () => {
    const servers = '1.1.1.1, 9.9.9.9:53, ::1, [::1]:5353';
    expect(readAppConfig({ ...app, MAIL_DNS_SERVERS: servers }).mail.dnsServers).toHaveLength(4);
  });
});
