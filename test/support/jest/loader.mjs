// Hooks of Node's module system: TypeScript sources instead of what is compiled from them, @jest/globals as it is here.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

const globals = new URL('globals.mjs', import.meta.url).href;

const options = {
  swcrc: false,
  module: { type: 'es6' },
  sourceMaps: 'inline',
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

const root = new URL('../../../', import.meta.url).href;

/** What a file of tests does not share with another one: everything in folders `test`, save what supports all of them. */
function isOfTests({ href }) {
  const path = href.slice(root.length);
  return /(?:^|\/)test\//.test(path) && !path.startsWith('test/support/');
}

export async function resolve(specifier, context, nextResolve) {
  if (specifier === '@jest/globals') return { url: globals, shortCircuit: true };
  const { parentURL = '' } = context;
  const isOurs = !parentURL.includes('/node_modules/');
  if (isOurs && /^\.{1,2}\/.*\.js$/.test(specifier) && /\.ts(\?|$)/.test(parentURL)) {
    const url = new URL(specifier.replace(/\.js$/, '.ts'), parentURL);
    const file = /\?file=\d+$/.exec(parentURL);
    if (file !== null && isOfTests(url)) url.search = file[0];
    return { url: url.href, format: 'module', shortCircuit: true };
  }
  return nextResolve(specifier, isOurs ? { ...context, conditions: ['source', ...context.conditions] } : context);
}

export async function load(url, context, nextLoad) {
  if (!/\.ts(\?|$)/.test(url)) return nextLoad(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { ...options, filename });
  return { format: 'module', source: code, shortCircuit: true };
}
