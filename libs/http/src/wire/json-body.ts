import { type FieldError, ValidationFailed } from '@helpdeskly/errors';
import { EdgeError } from '../answers/problems.js';

const deepest = 32;

/**
 * The value of an empty body. Clients announce JSON on every POST, so an empty body is no error by itself; missing
 * fields are.
 */
export const emptyBody: object = Object.freeze({});

/**
 * Parses a body: UTF-8, at most 32 levels, no NUL or lone surrogate (PostgreSQL stores neither), no key that could reach
 * a prototype. Throws EdgeError malformed_json or unsupported_media_type, or ValidationFailed.
 */
export function parseJsonBody(bytes: Buffer, contentEncoding?: string): unknown {
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity')
    throw new EdgeError('unsupported_media_type', 'Send the body without compression.');
  if (bytes.length === 0) return emptyBody;
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new EdgeError('malformed_json', 'The body is not JSON in UTF-8.'); // The parser's message does not help a client.
  }
  const wrong = wrongIn(value, 1);
  if (wrong !== undefined) throw new ValidationFailed([wrong]);
  return value;
}

/** The first value in a parsed body that no field may contain. It builds the path on the way back. */
function wrongIn(value: unknown, depth: number): FieldError | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : unstorable('(body)');
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > deepest) throw new EdgeError('malformed_json', `JSON may have ${deepest} levels.`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const wrong = wrongIn(item, depth + 1);
      if (wrong !== undefined) return below(String(index), wrong);
    }
    return undefined;
  }
  for (const key of Object.keys(value)) {
    if (isPoison(key)) return noSuchField(key);
    if (!isStorable(key)) return noSuchField('(key)');
    const wrong = wrongIn((value as Record<string, unknown>)[key], depth + 1);
    if (wrong !== undefined) return below(key, wrong);
  }
  return undefined;
}

const noSuchField = (field: string) => ({ field, code: 'unknown_field', message: 'There is no such field.' });

const below = (name: string, wrong: FieldError) => ({
  ...wrong,
  field: wrong.field === '(body)' ? name : `${name}.${wrong.field}`,
});

/** The error for a text that PostgreSQL cannot store. */
export const unstorable = (field: string): FieldError => ({
  field,
  code: 'invalid_characters',
  message: 'The text contains NUL or half of a surrogate pair.',
});

/** Whether every object has a property of this name, which no field may have. */
export function isPoison(key: string): boolean {
  return key in Object.prototype;
}

/** Whether PostgreSQL can store a text: no NUL, no lone surrogate. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && (text as string & { isWellFormed(): boolean }).isWellFormed();
}
