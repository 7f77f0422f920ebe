/** Tests run on the TypeScript sources of every package (the exports condition `source`), as native ES modules. */
export default {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/src/**/*.spec.ts', '**/test/**/*.test.ts'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '/content-disposition/dist/.*\\.js$': [
      '@swc/jest',
      { swcrc: false, module: { type: 'commonjs' }, jsc: { target: 'es2023' } },
    ],
    '\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        module: { type: 'es6' },
        sourceMaps: 'inline',
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
      },
    ],
  },
  // @fastify/static requires an ES module, which Node 20 can and Jest on it cannot.
  transformIgnorePatterns: [
    '^(?!.*/content-disposition/dist/).*/node_modules/',
    '^(?!.*/content-disposition/).*/dist/',
  ],
  modulePathIgnorePatterns: ['/dist/'],
  resolver: '<rootDir>/libs/testing/jest-resolver.cjs',
  globalSetup: '<rootDir>/libs/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/global-teardown.mjs',
  testTimeout: 300_000,
  maxWorkers: 2,
  // Jest keeps the modules of every file that a worker has run (some 90 MB each); past a few of them it is busy collecting garbage.
  workerIdleMemoryLimit: '800MB',
};
