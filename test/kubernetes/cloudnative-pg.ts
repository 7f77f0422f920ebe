import { Ajv } from 'ajv';

/**
 * The fields of CloudNativePG's objects that our manifests use, as its API reference describes them: whatever is not here is
 * refused. No package of the registry carries its CRDs.
 * Source: https://cloudnative-pg.io/documentation/1.28/cloudnative-pg.v1/
 */
const name = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 };
const quantity = { type: 'string', pattern: '^[0-9]+(m|[KMGT]i)?$' };
const strings = { type: 'object', additionalProperties: { type: 'string' } };
const amounts = object({ cpu: quantity, memory: quantity });
const resources = object({ requests: amounts, limits: amounts });
const storage = object({ size: quantity, storageClass: { type: 'string' } }, ['size']);
const reference = object({ name }, ['name']);
const statements = { type: 'array', items: { type: 'string' } };

const initdb = object({
  database: name,
  owner: name,
  encoding: { type: 'string' },
  localeProvider: { enum: ['builtin', 'icu', 'libc'] },
  builtinLocale: { type: 'string' },
  localeCollate: { type: 'string' },
  localeCType: { type: 'string' },
  postInitApplicationSQL: statements,
});

const cluster = object(
  {
    instances: { type: 'integer', minimum: 1 },
    imageCatalogRef: object(
      {
        apiGroup: { const: 'postgresql.cnpg.io' },
        kind: { enum: ['ClusterImageCatalog', 'ImageCatalog'] },
        name,
        major: { type: 'integer', minimum: 10 },
      },
      ['kind', 'name', 'major'],
    ),
    enableSuperuserAccess: { type: 'boolean' },
    inheritedMetadata: object({ labels: strings, annotations: strings }),
    bootstrap: object({ initdb }),
    postgresql: object({
      parameters: strings,
      synchronous: object(
        {
          method: { enum: ['any', 'first'] },
          number: { type: 'integer', minimum: 1 },
          dataDurability: { enum: ['required', 'preferred'] },
        },
        ['method', 'number'],
      ),
    }),
    affinity: object({
      enablePodAntiAffinity: { type: 'boolean' },
      podAntiAffinityType: { enum: ['required', 'preferred'] },
      topologyKey: { type: 'string' },
    }),
    storage,
    walStorage: storage,
    resources,
    monitoring: object({ disableDefaultQueries: { type: 'boolean' } }),
    backup: object({ volumeSnapshot: object({ online: { type: 'boolean' }, className: { type: 'string' } }) }),
  },
  ['instances'],
);

/** What the operator lets a pooler set. Source: https://cloudnative-pg.io/documentation/1.28/connection_pooling/ */
const poolerParameters = [
  'client_login_timeout',
  'default_pool_size',
  'max_client_conn',
  'max_prepared_statements',
  'query_wait_timeout',
  'reserve_pool_size',
  'reserve_pool_timeout',
  'server_connect_timeout',
  'server_idle_timeout',
  'server_lifetime',
  'server_login_retry',
];

const pooler = object(
  {
    cluster: reference,
    type: { enum: ['rw', 'ro', 'r'] },
    instances: { type: 'integer', minimum: 1 },
    pgbouncer: object(
      {
        poolMode: { enum: ['session', 'transaction'] },
        parameters: object(Object.fromEntries(poolerParameters.map((each) => [each, { type: 'string' }]))),
        pg_hba: statements,
      },
      ['poolMode'],
    ),
    template: object({
      metadata: object({ labels: strings }),
      spec: object(
        { containers: { type: 'array', items: object({ name: { const: 'pgbouncer' }, resources }, ['name']) } },
        ['containers'],
      ),
    }),
  },
  ['cluster', 'pgbouncer'],
);

const scheduledBackup = object(
  {
    /** Six fields, with the seconds. */
    schedule: { type: 'string', pattern: '^([0-9*/,-]+ ){5}[0-9*/,-]+$' },
    method: { enum: ['barmanObjectStore', 'volumeSnapshot', 'plugin'] },
    backupOwnerReference: { enum: ['none', 'self', 'cluster'] },
    cluster: reference,
  },
  ['schedule', 'cluster'],
);

const ajv = new Ajv({ allErrors: true });
const validators = new Map(
  Object.entries({ Cluster: cluster, Pooler: pooler, ScheduledBackup: scheduledBackup }).map(([kind, spec]) => [
    kind,
    ajv.compile(
      object(
        {
          apiVersion: { const: 'postgresql.cnpg.io/v1' },
          kind: { const: kind },
          metadata: object({ name, namespace: name }, ['name']),
          spec,
        },
        ['apiVersion', 'kind', 'metadata', 'spec'],
      ),
    ),
  ]),
);

function object(properties: Readonly<Record<string, object>>, required: readonly string[] = []): object {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** What is wrong with an object of CloudNativePG's. */
export function wrongInCloudNativePg(document: { readonly kind: string }): readonly string[] {
  const validate = validators.get(document.kind);
  if (validate === undefined) return [`${document.kind} is none that we know`];
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
