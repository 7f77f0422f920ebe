import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const entry = /^msgid ((?:"[^\n]*"\n)+)msgstr ((?:"[^\n]*"\n?)+)/gm;

/** Each message of a catalog with what stands for it. */
function read(app: string, language: string): Map<string, string> {
  const text = readFileSync(new URL(`../apps/${app}/src/locales/${language}.po`, import.meta.url), 'utf8');
  const joined = (lines: string | undefined) => (lines ?? '').replace(/"\n"|^"|"\n?$/g, '');
  const all = [...text.matchAll(entry)].map(([, id, words]) => [joined(id), joined(words)] as const);
  return new Map(all.filter(([id]) => id !== ''));
}

/** What stands in a message's braces and tags: a translation needs the same. */
function placesOf(message: string): string[] {
  return [...new Set(message.match(/\{\w+(?=[},])|<\/?\d+\/?>/g) ?? [])].sort();
}

describe.each(
  ['console', 'operator-console'].flatMap((app) => ['fr', 'de'].map((language) => [app, language] as const)),
)('the catalog of %s in %s', (app, language) => {
  const sourceOf = new Map([...read(app, 'en').keys()].map((id) => [id, placesOf(id)]));

  it('says everything that the English one says', () => {
    const catalog = read(app, language);
    expect([...sourceOf.keys()].filter((id) => (catalog.get(id) ?? '') === '')).toEqual([]);
    expect(catalog.size).toBe(sourceOf.size);
  });

  it('leaves no place of a message out, and makes none up', () => {
    const differing = [...read(app, language)].filter(
      ([id, words]) => placesOf(words).join() !== sourceOf.get(id)?.join(),
    );
    expect(differing.map(([id]) => id)).toEqual([]);
  });
});
