import { ValidationFailed } from '@helpdeskly/errors';
import { EdgeError } from './problems.js';

const deepest = 32;

/**
 * What a body of no bytes parses to. Clients announce JSON on every POST, so it is no fault in itself; it is one where
 * fields are missing.
 */
export const emptyBody: object = Object.freeze({});

/**
 * Parses a body: UTF-8, at most 32 levels, no NUL or lone surrogate (PostgreSQL stores neither), no key that could reach
 * a prototype. Throws EdgeError malformed_json or unsupported_media_type, or ValidationFailed.
 */
export function parseJsonBody(bytes: Buffer, contentEncoding?: string): unknown {
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity')
    throw new EdgeError('unsupported_media_type', 'Bodies are sent as they are, not compressed.');
  if (bytes.length === 0) return emptyBody;
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw new EdgeError('malformed_json', 'The body is not JSON in UTF-8.'); // Whatever the parser says is of no use to a client.
  }
  inspect(value, '', 1);
  return value;
}

function inspect(value: unknown, path: string, depth: number): void {
  if (typeof value === 'string') return inspectText(value, path);
  if (typeof value !== 'object' || value === null) return;
  if (depth > deepest) throw new EdgeError('malformed_json', `JSON may have ${deepest} levels.`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      inspect(item, path === '' ? String(index) : `${path}.${index}`, depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    const field = path === '' ? key : `${path}.${key}`;
    if (isPoison(key))
      throw new ValidationFailed([{ field, code: 'unknown_field', message: 'There is no such field.' }]);
    if (!isStorable(key))
      throw new ValidationFailed([
        { field: path === '' ? '(key)' : `${path}.(key)`, code: 'unknown_field', message: 'There is no such field.' },
      ]);
    inspect((value as Record<string, unknown>)[key], field, depth + 1);
  }
}

function inspectText(text: string, field: string): void {
  if (!isStorable(text))
    throw new ValidationFailed([
      {
        field: field === '' ? '(body)' : field,
        code: 'invalid_characters',
        message: 'The text holds NUL or half a surrogate pair.',
      },
    ]);
}

/**
 * Whether every object has a property of this name. class-transformer drops some of them silently, and class-validator
 * takes all of them for known fields.
 */
export function isPoison(key: string): boolean {
  return key in Object.prototype;
}

/** Whether PostgreSQL can store a text: no NUL, no lone surrogate. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && (text as string & { isWellFormed(): boolean }).isWellFormed();
}
