import { ValidationFailed, VersionConflict } from '@helpdeskly/errors';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Broken, field, type FieldOptions } from './field-rule.js';

const named = createParamDecorator((_: unknown, context: ExecutionContext): number | undefined => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined || header.trim() === '*') return undefined;
  const [, version] = /^\s*"(\d{1,9})"\s*$/.exec(header) ?? [];
  if (version !== undefined) return Number(version);
  if (/^\s*(?:W\/)?"[^"]*"\s*$/.test(header)) return 0;
  throw new ValidationFailed([
    { field: 'If-Match', code: 'invalid', message: 'If-Match must be one entity tag such as "3", or *.' },
  ]);
});

/**
 * The version in `If-Match`, or undefined if the caller sends none (or `*`: any). Only strong entity tags, as
 * RFC 9110 requires for If-Match; a tag that we never issued matches no version. Documents the header and version_conflict.
 */
export const IfMatch = (): ParameterDecorator => (target, key, index) => {
  named()(target, key, index);
  const method = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
  if (key === undefined || method === undefined) throw new Error('@IfMatch() stands before a parameter of a method');
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag of the version that the change is meant for.',
    schema: { type: 'string' },
  })(target, key, method);
};

const largestVersion = 2 ** 31 - 1;

/** In a body: the expected versions of resources by their names, at most `most` of them. */
export function VersionsField(most: number, options: FieldOptions): PropertyDecorator {
  return field(
    (value): Broken | undefined => {
      if (typeof value !== 'object' || Array.isArray(value)) return ['not_an_object', 'This is not an object.'];
      const versions = Object.values(value as object) as unknown[];
      if (versions.length > most) return ['too_many', `This may have ${most} entries.`];
      const isVersion = (each: unknown) =>
        Number.isInteger(each) && Number(each) >= 1 && Number(each) <= largestVersion;
      return versions.every(isVersion) ? undefined : ['out_of_range', 'A version is a whole number from 1.'];
    },
    options,
    { type: 'object', additionalProperties: { type: 'integer', minimum: 1 } },
  );
}

/** Throws VersionConflict if the caller named another version than the current one. */
export function assertVersion(named: number | undefined, current: number): void {
  if (named !== undefined && named !== current) throw new VersionConflict(current);
}
