import { describe, expect, it } from '@jest/globals';
import { type FieldError, ValidationFailed } from '@helpdeskly/errors';
import { PickFields } from './field-rule.js';
import { FlagField, Nested, OneOfList, Text, TextList } from './fields.js';
import { readInput } from './read-input.js';

const Colour = { RED: 'RED', BLUE: 'BLUE' } as const;

class RoomDto {
  @Text({ max: 20 })
  readonly name!: string;

  @TextList({ optional: true, maxItems: 3, pattern: /^[a-z]+$/ })
  readonly tags?: readonly string[];
}

class HouseDto {
  @Text({ max: 20 })
  readonly name!: string;

  @Nested(() => RoomDto, { optional: true })
  readonly room?: RoomDto;

  @FlagField({ optional: true })
  readonly sold?: boolean;

  @OneOfList(Colour, { name: 'Colour', optional: true })
  readonly colours?: readonly (keyof typeof Colour)[];
}

class TownHouseDto extends HouseDto {
  @Text({ max: 20 })
  readonly town!: string;
}

class NamedDto extends PickFields(HouseDto, ['name', 'room']) {}

const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`unknown${n}`, n]));

function refusal(value: object, type: new () => object = HouseDto): { errors: FieldError[]; errorCount: number } {
  try {
    readInput(type, value);
  } catch (error) {
    if (error instanceof ValidationFailed) return error.members as never;
    throw error;
  }
  throw new Error('it was taken');
}

/** A value that counts every access to any part of it. */
function watched<T extends object>(value: T): { value: T; looks: () => number } {
  let looks = 0;
  const watch = <V>(inner: V): V =>
    typeof inner !== 'object' || inner === null
      ? inner
      : new Proxy(inner, {
          ownKeys: (target) => {
            const names = Reflect.ownKeys(target);
            looks += names.length;
            return names;
          },
          get: (target, name) => {
            looks++;
            return watch(Reflect.get(target, name) as unknown);
          },
          has: (target, name) => {
            looks++;
            return Reflect.has(target, name);
          },
          getOwnPropertyDescriptor: (target, name) => {
            looks++;
            return Reflect.getOwnPropertyDescriptor(target, name);
          },
        });
  return { value: watch(value), looks: () => looks };
}

function looksAt(value: object): number {
  const counted = watched(value);
  refusal(counted.value);
  return counted.looks();
}

describe('input with keys that nobody declared', () => {
  it.each([
    ['at the top', (count: number) => ({ name: 'a', ...keys(count) })],
    ['in a nested object', (count: number) => ({ name: 'a', room: { name: 'b', ...keys(count) } })],
    ['beside what is missing', (count: number) => ({ room: keys(count), ...keys(count) })],
  ])('%s costs work that grows with their number and no faster', (_, input) => {
    expect(looksAt(input(400))).toBeLessThanOrEqual(2 * looksAt(input(200)));
    expect(looksAt(input(200))).toBeLessThan(200 * 8);
  });

  it.each([
    ['an object where a text belongs', (size: number) => ({ name: keys(size) })],
    ['an object where a flag belongs', (size: number) => ({ name: 'a', sold: keys(size) })],
    [
      'a list where an object belongs',
      (size: number) => ({ name: 'a', room: Array.from({ length: size }, () => ({})) }),
    ],
    ['an object where a list belongs', (size: number) => ({ name: 'a', colours: keys(size) })],
    ['a list of texts that is too long', (size: number) => ({ room: { name: 'b', tags: Array(size).fill('x') } })],
    ['a list of choices that is too long', (size: number) => ({ name: 'a', colours: Array(size).fill('RED') })],
  ])('is not walked where it is wrong as a whole: %s', (_, input) => {
    expect(looksAt(input(2000))).toBe(looksAt(input(200)));
  });

  it('is answered by the first 20 errors and how many there are', () => {
    const { errors, errorCount } = refusal({ ...keys(500), room: keys(300) });
    expect([errors.length, errorCount]).toEqual([20, 500 + 300 + 2]); // Both names are missing.
    expect(errors[0]).toEqual({ field: 'unknown0', code: 'unknown_field', message: 'There is no such field.' });
    expect(refusal({ name: '' })).toEqual({
      errors: [{ field: 'name', code: 'empty', message: 'This may not be empty.' }],
      errorCount: 1,
    });
  });

  it('is answered shortly however long the keys are, without half a character', () => {
    const long = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${n}${'😀'.repeat(2000)}`, 1]));
    const { errors } = refusal({ name: 'a', ...long });
    expect(JSON.stringify(errors).length).toBeLessThan(20 * 300);
    for (const { field } of errors)
      expect([field.endsWith('…'), /[\ud800-\udfff]/u.test(field)]).toEqual([true, false]);
  });
});

describe('a DTO', () => {
  it('is read with its parents’ fields, its picked ones and its nested ones', () => {
    const input = readInput(TownHouseDto, { name: ' a ', town: 'b', room: { name: 'c', tags: ['x', ' x'] } });
    expect(input).toEqual({ name: 'a', town: 'b', room: { name: 'c', tags: ['x'] } });
    expect([input, input.room].map((each) => each?.constructor)).toEqual([TownHouseDto, RoomDto]);
    expect(readInput(NamedDto, { name: ' a ' })).toEqual({ name: 'a' });
    expect(refusal({ name: 'a', sold: true }, NamedDto).errors).toMatchObject([
      { field: 'sold', code: 'unknown_field' },
    ]);
    expect(refusal({ name: 'a' }, TownHouseDto).errors).toMatchObject([{ field: 'town', code: 'required' }]);
  });
});
