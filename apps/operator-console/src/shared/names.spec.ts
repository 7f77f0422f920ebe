import { expect, it } from '@jest/globals';
import { namesIn } from './names.js';

it.each([
  ['', []],
  ['  ,\n', []],
  ['acme', ['acme']],
  ['acme, globex\ninitech;acme', ['acme', 'globex', 'initech']],
])('reads %j as %j', (text, names) => {
  expect(namesIn(text)).toEqual(names);
});
