/** What that many tests of a file have missed is broken for the rest of them too; each would wait as long for it. */
const failuresAtMost = 3;

/**
 * Tests run in the realm of their worker, not in a context of each file's own: the products' modules are evaluated and
 * compiled once for all files that a worker runs. What a file changes of the process is put back when it has ended.
 */
module.exports = class SharedRealm {
  constructor({ projectConfig }) {
    this.global = {}; // Takes what Jest gives to a context.
    this.conditions = projectConfig.testEnvironmentOptions.customExportConditions;
    this.failures = 0;
  }

  async setup() {
    this.before = { console: globalThis.console, env: { ...process.env } };
    globalThis.console = this.global.console;
    Error.prepareStackTrace = undefined; // Jest's own knows nothing of modules that Node has loaded; Node's maps them.
  }

  async teardown() {
    if (this.before === undefined) return;
    globalThis.console = this.before.console;
    for (const name of Object.keys(process.env)) if (!(name in this.before.env)) delete process.env[name];
    Object.assign(process.env, this.before.env);
  }

  /** Skips the rest of a file when too much of it has failed. */
  handleTestEvent({ name, test }) {
    if (name === 'test_done' && test.errors.length > 0) this.failures += 1;
    if (name === 'test_start' && this.failures >= failuresAtMost) test.mode = 'skip';
  }

  exportConditions() {
    return this.conditions;
  }

  getVmContext() {
    return null;
  }
};
