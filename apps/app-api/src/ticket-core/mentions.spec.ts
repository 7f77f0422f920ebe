import { describe, expect, it } from '@jest/globals';
import { mentionedIn } from './mentions.js';

const anna = '01a1fac5-30c5-7dac-ac30-a758dbba7229';
const ben = '01a1fac5-30c5-7dac-ac30-a758dbba7230';

describe('mentions', () => {
  it.each([
    ['nobody', 'Anna knows this.', []],
    ['one', `@[Anna](user:${anna}), please look.`, [anna]],
    ['two, side by side', `@[Anna](user:${anna})@[Ben](user:${ben})`, [anna, ben]],
    ['one, twice', `@[Anna](user:${anna}) @[A.](user:${anna})`, [anna]],
    ['one in capitals', `@[Anna](user:${anna.toUpperCase()})`, [anna]],
    ['one whose name has brackets', `@[Anna [Sales]](user:${anna})`, [anna]],
    ['nobody by a link', `[Anna](user:${anna})`, []],
    ['nobody without a name', `@[](user:${anna})`, []],
    ['nobody by another id', '@[Anna](user:anna)', []],
    ['nobody by a thing of another kind', `@[Anna](group:${anna})`, []],
  ])('name %s', (_what, text, ids) => {
    expect(mentionedIn(text)).toEqual(ids);
  });
});
