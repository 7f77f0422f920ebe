// The directions between packages, and no cycles. docs/architecture.md says the same in words.
const lib = (name) => `^libs/${name}/`;
const only = (name, ...allowed) => ({
  name: `${name}-imports`,
  severity: 'error',
  comment: `libs/${name} may import ${allowed.length === 0 ? 'no other package' : allowed.join(', ')}.`,
  from: { path: `^libs/${name}/src/`, pathNot: '\\.spec\\.ts$' },
  to: { path: '^(libs|apps|bench)/', pathNot: [name, ...allowed].map(lib) },
});

const inApp = (name) => `^apps/app-api/src/${name}/`;

// Rooms that several features of app-api stand on, each with the rooms that it stands on itself.
const rooms = {
  edge: [],
  audit: [],
  naming: [],
  sharing: [],
  missing: [],
  'user-core': [],
  'search-index': ['edge'],
  'notification-core': [],
  'ticket-core': ['missing', 'notification-core', 'user-core'],
  'ticket-lists': ['search-index', 'ticket-core'],
  hints: ['edge', 'notification-core', 'ticket-core'],
  metering: ['edge', 'ticket-core'],
  'mail-core': ['edge', 'notification-core', 'ticket-core', 'user-core'],
};
// Features that do their work by others: what those export, never what is inside of them.
const onFeatures = {
  users: ['auth'],
  comments: ['attachments', 'drafts', 'send-later'],
  'send-later': ['attachments', 'drafts'],
  drafts: ['attachments'],
  tickets: ['attachments'],
  bulk: ['macros'],
  'personal-data': ['attachments', 'auth'],
  usage: ['attachments'],
  feed: ['events'],
  live: ['feed'],
  webhooks: ['feed'],
  mail: ['attachments'],
  transfers: ['attachments'],
};
const appFolders = [
  {
    name: 'app-features-apart',
    severity: 'error',
    comment: 'A feature of app-api imports no other one, only rooms that features stand on: ticket-core and its like.',
    from: { path: inApp('([^/]+)'), pathNot: [...Object.keys(rooms), ...Object.keys(onFeatures)].map(inApp) },
    to: { path: inApp('[^/]+'), pathNot: [inApp('$1'), ...Object.keys(rooms).map(inApp)] },
  },
  ...Object.entries(onFeatures).map(([name, others]) => ({
    name: `app-${name}-imports`,
    severity: 'error',
    comment: `Of the features ${name} imports none but ${others.join(', ')}.`,
    from: { path: inApp(name) },
    to: { path: inApp('[^/]+'), pathNot: [name, ...others, ...Object.keys(rooms)].map(inApp) },
  })),
  ...Object.entries(rooms).map(([name, others]) => ({
    name: `app-${name}-imports`,
    severity: 'error',
    comment: `${name} imports ${others.length === 0 ? 'no other folder' : `none but ${others.join(', ')}`}.`,
    from: { path: inApp(name) },
    to: { path: inApp('[^/]+'), pathNot: [name, ...others].map(inApp) },
  })),
  {
    name: 'app-features-from-outside',
    severity: 'error',
    comment:
      'Of these features others see the module, the services, the DTOs and the files named here, not what is inside.',
    from: { path: inApp('([^/]+)') },
    to: {
      path: inApp('(attachments|auth|drafts|macros|send-later)'),
      pathNot: [
        inApp('$1'),
        '\\.(module|service|dto)\\.ts$',
        '/auth/new-passwords\\.ts$',
        '/attachments/(attachment-removal|attachment-store|attachment-view|comment-attachments|comment-files|errors|incoming-files|storage-usage)\\.ts$',
        '/drafts/sent-drafts\\.ts$',
      ],
    },
  },
  {
    name: 'app-folders-without-circles',
    severity: 'error',
    comment: 'No two folders of app-api import each other, nor any in a circle.',
    scope: 'folder',
    from: { path: '^apps/app-api/src/[^/]+' },
    to: { circular: true },
  },
];

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: 'generated' },
      to: { circular: true, pathNot: 'generated' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^@prisma/schema-engine-wasm' },
    },
    only('errors'),
    only('config'),
    only('telemetry', 'config'),
    only('database', 'errors', 'telemetry'),
    only('migrator', 'errors', 'telemetry'),
    only('auth', 'errors'),
    only('catalog', 'config', 'database', 'errors', 'telemetry'),
    only('tenant-db', 'config', 'database', 'errors', 'telemetry'),
    only('tenancy', 'config', 'catalog', 'database', 'errors', 'tenant-db', 'telemetry'),
    only('service', 'config', 'database', 'telemetry'),
    only('http', 'config', 'database', 'errors', 'service', 'telemetry'),
    only('queue', 'database', 'service', 'telemetry'),
    only('storage', 'config', 'errors'),
    only('archive', 'errors', 'storage'),
    only('embedded-postgres'),
    ...appFolders,
    {
      name: 'app-api-makes-no-databases',
      severity: 'error',
      comment: 'app-api imports nothing that can create or migrate databases.',
      from: { path: '^apps/app-api/src/' },
      to: { path: '^(libs/(migrator|embedded-postgres|testing)|apps/(control-api|local))/' },
    },
    {
      name: 'apps-apart',
      severity: 'error',
      from: { path: '^apps/([^/]+)/src/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'control-api-features-one-way',
      severity: 'error',
      comment: 'No folder of control-api imports one that imports it back, directly or through others.',
      scope: 'folder',
      from: { path: '^apps/control-api/src/[^/]+$' },
      to: { path: '^apps/control-api/src/[^/]+$', circular: true },
    },
    {
      name: 'control-api-startup-composes',
      severity: 'error',
      comment: 'startup puts the features together; what they need they are given by a class or token of their own.',
      from: { path: '^apps/control-api/src/[^/]+/', pathNot: '^apps/control-api/src/startup/' },
      to: { path: '^apps/control-api/src/startup/' },
    },
    {
      name: 'local-imports',
      severity: 'error',
      from: { path: '^apps/local/src/' },
      to: { path: '^libs/', pathNot: '^libs/(config|embedded-postgres|auth)/' },
    },
    {
      name: 'ops-imports',
      severity: 'error',
      comment: 'The command line knows the control API by its document alone.',
      from: { path: '^apps/ops/src/' },
      to: { path: '^libs/', pathNot: '^libs/config/' },
    },
    {
      name: 'testing-in-tests-alone',
      severity: 'error',
      from: { path: '^(apps|libs|bench)/', pathNot: ['/test/', '\\.spec\\.ts$'] },
      to: { path: '^test/support/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/dist/|\\.mjs$|^(apps/console|apps/operator-console|libs/ui)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default'],
      mainFields: ['module', 'main'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
