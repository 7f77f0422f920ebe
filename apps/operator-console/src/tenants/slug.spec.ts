import { describe, expect, it } from '@jest/globals';
import { slugOf } from './slug.js';

describe('slugOf', () => {
  it.each([
    ['Acme Inc.', 'acme-inc'],
    ['Müller & Söhne', 'muller-sohne'],
    ['  ', ''],
    [`${'x'.repeat(49)} y`, 'x'.repeat(49)],
    ['日本', ''],
  ])('makes of %j %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });
});
