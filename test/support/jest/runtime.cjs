const asyncHooks = require('node:async_hooks');
const { register } = require('node:module');
const { pathToFileURL } = require('node:url');
const { ModernFakeTimers } = require('@jest/fake-timers');

const circus = /[\\/]jest-circus[\\/]build[\\/]/;
let files = 0;

const { AsyncLocalStorage } = asyncHooks;
/** From Node 24 on the property cannot be set, and need not be: contexts cost nothing there once nobody refers to them. */
const collectsContexts = Object.getOwnPropertyDescriptor(asyncHooks, 'AsyncLocalStorage').writable === true;
/** The contexts of the framework that runs the current file. */
const contexts = [];

class FileContext extends AsyncLocalStorage {
  constructor(...options) {
    super(...options);
    contexts.push(this);
  }
}

/** In place of Jest's module system: Node's own, which evaluates a module once for a worker and not once for a file. */
class NativeRuntime {
  constructor(config) {
    this.fakeTimers = new ModernFakeTimers({ config, global: globalThis });
    if (files === 0) {
      process.setSourceMapsEnabled(true);
      register('./loader.mjs', pathToFileURL(__filename));
    }
    files += 1;
  }

  /** The framework keeps a file's tests in module state: it is evaluated anew for every file. */
  requireInternalModule(path) {
    if (!circus.test(path)) return require(path);
    delete require.cache[path];
    if (!collectsContexts) return require(path);
    asyncHooks.AsyncLocalStorage = FileContext;
    try {
      return require(path);
    } finally {
      asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
    }
  }

  requireModule(path) {
    return require(path);
  }

  setGlobalsForRuntime(globals) {
    globalThis[Symbol.for('helpdeskly.jest')] = { ...globals, jest: this.fakeTimers };
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  /** The query is handed on to everything in folders of tests: a file shares no state of its helpers with another file. */
  unstable_importModule(path) {
    return import(`${pathToFileURL(path)}?file=${files}`);
  }

  getSourceMaps() {
    return new Map();
  }

  getAllCoverageInfoCopy() {
    return {};
  }

  teardown() {
    this.fakeTimers.dispose();
    // Node 20 hands each context that was ever used on at every asynchronous step: a hundred files would make all of them slow.
    for (const context of contexts.splice(0)) context.disable();
  }

  enterTestCode() {}

  leaveTestCode() {}
}

module.exports = NativeRuntime;
