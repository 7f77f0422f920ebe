import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';

// `npm run check` holds every regular expression to linear time. What it refuses stands here as text that is never run.

const eslint = new ESLint({ cwd: new URL('..', import.meta.url).pathname });
const rules = ['regexp/no-super-linear-backtracking', 'regexp/no-super-linear-move'];

describe('regular expressions', () => {
  it.each([
    ['spaces that three quantifiers share', String.raw`/\{\{\s*([^{}]*?)\s*\}\}/g`],
    ['a quantifier in a quantifier', String.raw`/^(?:\w+-?)+$/`],
    ['an ending that is tried from every place', String.raw`/\s+$/`],
    ['two runs of the same letters', String.raw`/^\w*\d*x$/`],
  ])('of more than linear time are refused: %s', async (_, pattern) => {
    const [{ messages } = { messages: [] }] = await eslint.lintText(`export const pattern = ${pattern};\n`, {
      filePath: 'scripts/never-written.mjs',
    });
    expect(messages.map(({ ruleId }) => ruleId)).toContainEqual(expect.stringMatching(/^regexp\/no-super-linear/));
  });

  it('of linear time pass', async () => {
    const text =
      String.raw`export const patterns = [/\{\{([^{}]*)\}\}/g, /^\s*"(\d{1,9})"\s*$/, /(?<!\s)\s+$/];` + '\n';
    const [result] = await eslint.lintText(text, { filePath: 'scripts/never-written.mjs' });
    expect(result?.messages).toEqual([]);
  });

  it.each([
    'apps/app-api/src/main.ts',
    'libs/http/src/wire/wire.ts',
    'scripts/check.mjs',
    'bench/src/main.ts',
    'test/load.ts',
  ])('are looked at in %s', async (file) => {
    const config = (await eslint.calculateConfigForFile(file)) as { rules: Record<string, [number]> };
    expect(rules.map((rule) => config.rules[rule]?.[0])).toEqual([2, 2]);
  });

  it('are literals, which the check can see, in all that runs', async () => {
    for (const file of ['apps/app-api/src/main.ts', 'libs/http/src/wire/wire.ts', 'bench/src/main.ts']) {
      const config = (await eslint.calculateConfigForFile(file)) as { rules: Record<string, unknown> };
      expect(JSON.stringify(config.rules['no-restricted-syntax'])).toContain('RegExp');
    }
  });
});
