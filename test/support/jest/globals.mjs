// What tests import as @jest/globals. Helpers outlive a test file, so each name stands for that of the file that runs.
const current = () => globalThis[Symbol.for('helpdeskly.jest')];

const standIn = (name) =>
  new Proxy(function () {}, {
    apply: (_, self, args) => current()[name](...args),
    get: (_, key) => {
      const value = current()[name][key];
      return typeof value === 'function' && name === 'jest' ? value.bind(current()[name]) : value;
    },
  });

export const afterAll = standIn('afterAll');
export const afterEach = standIn('afterEach');
export const beforeAll = standIn('beforeAll');
export const beforeEach = standIn('beforeEach');
export const describe = standIn('describe');
export const expect = standIn('expect');
export const it = standIn('it');
export const jest = standIn('jest');
