import type { ErrorCode } from '@helpdeskly/errors';
import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { PageMetaDto } from '../input/page-query.js';
import { problemKinds } from '../answers/problems.js';

class FieldErrorDto {
  @ApiProperty({ example: 'admin.email' })
  readonly field!: string;
  @ApiProperty({ example: 'malformed' })
  readonly code!: string;
  @ApiProperty({ example: 'This is not an email address.' })
  readonly message!: string;
}

/** RFC 9457; every error has this form. */
export class ProblemDto {
  @ApiProperty({ example: 'urn:helpdeskly:problem:not_found' })
  readonly type!: string;
  @ApiProperty()
  readonly title!: string;
  @ApiProperty({ type: 'integer' })
  readonly status!: number;
  @ApiProperty()
  readonly detail!: string;
  @ApiProperty({ enum: Object.keys(problemKinds) })
  readonly code!: string;
  @ApiProperty()
  readonly requestId!: string;
  @ApiProperty({
    type: [FieldErrorDto],
    maxItems: 20,
    required: false,
    description: 'With validation_failed: the first 20 broken rules, one for each field.',
  })
  readonly errors?: FieldErrorDto[];
  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'With validation_failed: how many rules are broken, including those that `errors` leaves out.',
  })
  readonly errorCount?: number;
  @ApiProperty({ required: false, description: 'With invalid_reference: the field with the reference.' })
  readonly field?: string;
  @ApiProperty({
    type: 'array',
    items: { type: 'object' },
    required: false,
    description: 'With move_unavailable: what the move lacks, each `{ kind, name, detail }`.',
  })
  readonly missing?: object[];
  @ApiProperty({ type: 'integer', required: false, description: 'With version_conflict.' })
  readonly currentVersion?: number;
  @ApiProperty({ required: false, description: 'With invalid_transition.' })
  readonly from?: string;
  @ApiProperty({ required: false, description: 'With invalid_transition.' })
  readonly to?: string;
  @ApiProperty({ type: [String], required: false, description: 'With invalid_transition.' })
  readonly allowed?: string[];
}

/** A route's additional problems, beside those that follow from its form (see openapi-document.ts). */
export const ApiProblems = (...codes: ErrorCode[]) => ApiExtension('x-problems', codes);

/** A single answer, in one of the forms that are given. */
export const ApiAnswer = (status: number, type: Type | readonly Type[], description = '') => {
  const types: readonly Type[] = typeof type === 'function' ? [type] : type;
  const references = types.map((each) => ({ $ref: getSchemaPath(each) }));
  const [only, ...others] = references;
  const schema = only !== undefined && others.length === 0 ? only : { oneOf: references };
  return applyDecorators(ApiExtraModels(...types), ApiResponse({ status, description, schema }));
};

/** A page of a list. `meta` is the DTO for a list that says more beside its rows than others do. */
export const ApiPage = (type: Type, meta: Type = PageMetaDto) =>
  applyDecorators(
    ApiExtraModels(type, meta),
    ApiResponse({
      status: 200,
      description: '',
      schema: {
        type: 'object',
        required: ['data', 'meta'],
        properties: {
          data: { type: 'array', items: { $ref: getSchemaPath(type) } },
          meta: { $ref: getSchemaPath(meta) },
        },
      },
      headers: { Link: { description: 'The next page, rel="next".', schema: { type: 'string' } } },
    }),
  );
