// The directions between packages, and no cycles. docs/architecture.md says the same in words.
const lib = (name) => `^libs/${name}/`;
const only = (name, ...allowed) => ({
  name: `${name}-imports`,
  severity: 'error',
  comment: `libs/${name} may import ${allowed.length === 0 ? 'no other package' : allowed.join(', ')}.`,
  from: { path: `^libs/${name}/src/`, pathNot: '\\.spec\\.ts$' },
  to: { path: '^(libs|apps|bench)/', pathNot: [name, ...allowed].map(lib) },
});

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
    only('http', 'config', 'database', 'errors', 'telemetry'),
    only('queue', 'database', 'http', 'telemetry'),
    only('storage', 'config', 'errors'),
    only('embedded-postgres'),
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
      name: 'local-imports',
      severity: 'error',
      from: { path: '^apps/local/src/' },
      to: { path: '^libs/', pathNot: '^libs/(config|embedded-postgres|auth)/' },
    },
    {
      name: 'testing-in-tests-alone',
      severity: 'error',
      from: { path: '^(apps|libs|bench)/', pathNot: ['/test/', '^libs/testing/', '\\.spec\\.ts$'] },
      to: { path: '^libs/testing/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/dist/|\\.mjs$' },
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
