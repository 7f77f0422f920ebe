import { describe, expect, it } from '@jest/globals';
import { TooManyTags } from './errors.js';
import { retagged } from './ticket-tags.js';

const many = (count: number) => Array.from({ length: count }, (_, at) => `t${at}`);

describe('the tags of a ticket after an edit', () => {
  it.each([
    ['that says nothing of them', {}, undefined],
    ['that adds and removes none', { addTags: [], removeTags: [] }, undefined],
    ['that sets all', { tags: ['z'] }, ['z']],
    ['that clears them', { tags: null }, []],
    ['that adds behind those that are there', { addTags: ['c', 'a'] }, ['a', 'b', 'c']],
    ['that removes', { removeTags: ['a', 'missing'] }, ['b']],
    ['that does both', { addTags: ['c'], removeTags: ['a'] }, ['b', 'c']],
    ['that adds what is there', { addTags: ['b'] }, ['a', 'b']],
  ])('%s', (_, edit, after) => expect(retagged(['a', 'b'], edit)).toEqual(after));

  it('are twenty at most, those that go not counted', () => {
    expect(() => retagged(many(20), { addTags: ['new'] })).toThrow(TooManyTags);
    expect(retagged(many(20), { addTags: ['new'], removeTags: ['t0'] })).toHaveLength(20);
    expect(retagged(many(20), { addTags: ['t3'] })).toHaveLength(20);
  });

  it('may become fewer where they were too many', () => {
    expect(retagged(many(22), { removeTags: ['t0'] })).toHaveLength(21);
  });
});
