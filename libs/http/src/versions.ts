import { ValidationFailed, VersionConflict } from '@helpdeskly/errors';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/**
 * The version that `If-Match` names, or undefined when the caller names none (or `*`: any). Strong entity tags alone, as
 * RFC 9110 wants for If-Match; a tag that we never gave matches no version.
 */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number | undefined => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined || header.trim() === '*') return undefined;
  const [, version] = /^\s*"(\d{1,9})"\s*$/.exec(header) ?? [];
  if (version !== undefined) return Number(version);
  if (/^\s*(?:W\/)?"[^"]*"\s*$/.test(header)) return 0;
  throw new ValidationFailed([{ field: 'If-Match', code: 'invalid', message: 'If-Match is one entity tag such as "3", or *.' }]);
});

/** Throws VersionConflict when the caller named another version than the present one. */
export function assertVersion(named: number | undefined, current: number): void {
  if (named !== undefined && named !== current) throw new VersionConflict(current);
}
