/** Tests run on the TypeScript sources of every package (the exports condition `source`), as native ES modules. */
export default {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/src/**/*.spec.ts', '**/test/**/*.test.ts'],
  testEnvironment: '<rootDir>/test/support/jest/environment.cjs',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  runtime: '<rootDir>/test/support/jest/runtime.cjs',
  modulePathIgnorePatterns: ['/dist/'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  reporters: ['default', '<rootDir>/test/support/jest/stuck-files.mjs'],
  testTimeout: 300_000,
  maxWorkers: 5, // On two cores: three quarters of its time a file waits for servers that start, and for what they do.
  workerIdleMemoryLimit: '2GB', // Each system that a file starts leaves some 15 MB behind.
  forceExit: true, // A test that failed may leave a server behind, which would keep the run for ever.
  workerGracefulExitTimeout: 30_000, // In which a worker closes the system that its files have shared.
};
