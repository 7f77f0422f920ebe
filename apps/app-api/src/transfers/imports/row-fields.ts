import { isUuid, parseTime } from '@helpdeskly/http';
import { RowRefused } from './errors.js';
import { assertSoundJson, loneSurrogateOrNul } from './sound-json.js';

/** Clocks differ: so far ahead of ours a time may be. */
const clockSkewMs = 5 * 60_000;

/** The fields of a row of an archive, each checked when it is asked for. Everything throws RowRefused. */
export class RowFields {
  constructor(private readonly row: Readonly<Record<string, unknown>>) {}

  /** Of text with one character at least, up to `most`. */
  text(name: string, most: number): string {
    const value = this.optionalText(name, most);
    if (value === null) throw new RowRefused('required', `The field ${name} is required.`);
    return value;
  }

  /** Null when it is missing, null or blank. */
  optionalText(name: string, most: number): string | null {
    const text = this.optionalWhole(name);
    if (text !== null && [...text].length > most)
      throw new RowRefused('too_long', `The field ${name} has more than ${most} characters.`);
    return text;
  }

  /** The same, without what is too much of it. */
  optionalCut(name: string, most: number): string | null {
    const text = this.optionalWhole(name);
    return text === null ? null : [...text].slice(0, most).join('').trim();
  }

  cut(name: string, most: number): string {
    const value = this.optionalCut(name, most);
    if (value === null) throw new RowRefused('required', `The field ${name} is required.`);
    return value;
  }

  /** A reference, which an archive writes as text or as a number. */
  id(name: string): string {
    const value = this.optionalId(name);
    if (value === null) throw new RowRefused('required', `The field ${name} is required.`);
    return value;
  }

  optionalId(name: string): string | null {
    const value = this.row[name] ?? null;
    return value === null ? null : idOf(name, value);
  }

  /** Up to `most`, as all lists are: what a line costs must not depend on how often it repeats a few bytes. */
  ids(name: string, most: number): readonly string[] {
    return this.list(name, most).map((value) => idOf(name, value));
  }

  /** How long the list is; 0 for what is no list. */
  lengthOf(name: string): number {
    const value = this.row[name];
    return Array.isArray(value) ? value.length : 0;
  }

  /** The row's own id, which is kept where it is one of ours. */
  uuid(name: string): string {
    const value = this.id(name);
    if (!isUuid(value)) throw wrong(name, 'is no UUID');
    return value;
  }

  integer(name: string, least: number, most: number): number {
    const value = this.row[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      throw wrong(name, `is no integer from ${least} to ${most}`);
    return value;
  }

  /** False when it is missing. */
  flag(name: string): boolean {
    return this.flagOr(name, false);
  }

  flagOr(name: string, otherwise: boolean): boolean {
    const value = this.row[name] ?? otherwise;
    if (typeof value !== 'boolean') throw wrong(name, 'is neither true nor false');
    return value;
  }

  time(name: string): Date {
    const value = this.optionalTime(name);
    if (value === null) throw new RowRefused('required', `The field ${name} is required.`);
    return value;
  }

  /** A time since 1970 that has come: what is written later must not seem to be written before. */
  optionalTime(name: string): Date | null {
    const value = this.row[name] ?? null;
    if (value === null) return null;
    const time = typeof value === 'string' ? parseTime(value) : undefined;
    if (time === undefined) throw wrong(name, 'is no time in the form of RFC 3339');
    if (time.getTime() < 0) throw wrong(name, 'is a time before 1970');
    if (time.getTime() > Date.now() + clockSkewMs) throw wrong(name, 'is a time in the future');
    return time;
  }

  oneOf<T extends string>(name: string, values: Readonly<Record<string, T>>): T {
    const value = this.row[name];
    const found = typeof value === 'string' && Object.hasOwn(values, value) ? values[value] : undefined;
    if (found === undefined) throw wrong(name, `is none of ${Object.keys(values).join(', ')}`);
    return found;
  }

  texts(name: string, { most, longest }: { readonly most: number; readonly longest: number }): readonly string[] {
    return this.list(name, most).map((value) => {
      const text = typeof value === 'string' ? tidied(value) : '';
      if (text === '' || text.length > longest || loneSurrogateOrNul.test(text))
        throw wrong(name, 'holds what is no such text');
      return text;
    });
  }

  rows(name: string, most: number): readonly RowFields[] {
    return this.list(name, most).map((each) => RowFields.of(each, name));
  }

  /** An object within the row; undefined when there is none. */
  within(name: string): RowFields | undefined {
    const value = this.row[name] ?? null;
    return value === null ? undefined : RowFields.of(value, name);
  }

  /** An object of objects or texts, as it is to be kept. */
  object(name: string, isEntry: (value: unknown) => boolean): Record<string, unknown> | null {
    const value = this.row[name] ?? null;
    if (value === null) return null;
    if (!isObject(value)) throw wrong(name, 'is no object');
    assertSoundJson(name, value);
    if (!Object.values(value).every(isEntry)) throw wrong(name, 'does not have the form that it has in an export');
    return { ...value };
  }

  private list(name: string, most: number): readonly unknown[] {
    const value = this.row[name] ?? [];
    if (!Array.isArray(value)) throw wrong(name, 'is no list');
    if (value.length > most) throw new RowRefused('too_many', `The field ${name} has more than ${most} entries.`);
    return value as readonly unknown[];
  }

  private optionalWhole(name: string): string | null {
    const value = this.row[name] ?? null;
    if (value === null) return null;
    if (typeof value !== 'string') throw wrong(name, 'is no text');
    const text = tidied(value);
    if (text === '') return null;
    if (loneSurrogateOrNul.test(text)) throw wrong(name, 'holds a NUL or half of a surrogate pair');
    return text;
  }

  static of(value: unknown, name: string): RowFields {
    if (!isObject(value)) throw wrong(name, 'is no object');
    return new RowFields(value);
  }

  /** Throws RowRefused `malformed_json`. */
  static parse(text: string | undefined): RowFields {
    if (text === undefined) throw new RowRefused('malformed_json', 'The line is no UTF-8, or longer than 8 MiB.');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw new RowRefused('malformed_json', 'The line is no JSON.');
    }
    if (!isObject(value)) throw new RowRefused('malformed_json', 'The line is no JSON object.');
    return new RowFields(value);
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** In the form in which texts are stored. */
const tidied = (text: string) => text.normalize('NFC').trim();

function idOf(name: string, value: unknown): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string' || value === '' || value.length > 64 || loneSurrogateOrNul.test(value))
    throw wrong(name, 'is no id');
  return value.toLowerCase();
}

const wrong = (name: string, what: string) => new RowRefused('invalid_value', `The field ${name} ${what}.`);
