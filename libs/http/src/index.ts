export { AnyRole, Public, Roles, accessOf } from './access.js';
export type { Access } from './route-facts.js';
export { Authenticator, CurrentActor, type Actor } from './actor.js';
export { createHttpApp, type HttpAppOptions } from './http-app.js';
export { describeControllers } from './controllers-document.js';
export type { DocumentOptions } from './openapi-document.js';
export { ErrorTranslator } from './error-translator.js';
export { FailureNotes } from './failure-notes.js';
export { HealthChecks, type HealthCheck } from './health.js';
export { LocationOf } from './answer-headers.js';
export {
  AnswerCipher,
  IdempotencyAnswers,
  IdempotencyInProgress,
  keeperOf,
  UnitOfWork,
  type KeptParts,
  type RawSql,
} from './idempotency.js';
export { Idempotent } from './idempotency.interceptor.js';
export { LoginThrottle, networkOf } from './login-throttle.js';
export { receiveFile, TakesFile, type IncomingFile } from './multipart.js';
export { ApiProblems, ApiAnswer, ApiPage, ProblemDto } from './openapi.js';
export { problemOf, type Problem } from './problems.js';
export { Cursors, InvalidCursor, type Page, type SortKey } from './paging.js';
export { PageMetaDto, PageQuery } from './page-query.js';
export { ProblemFilter } from './problem.filter.js';
export { RateLimitPolicy, RequestRates, type RateLimit } from './rate-limit.js';
export { RequestScope } from './request-scope.js';
export { fastifyRequestOf } from './fastify-request.js';
export { clientAddressOf } from './request-facts.js';
export { TrustedProxies } from './trusted-proxies.js';
export { IfMatch, assertVersion, VersionsField } from './versions.js';
export * from './fields.js';
export { isBlank, nameKeyOf } from './written-text.js';
export * from './query-fields.js';
export { chosen, QueryValues, ValuesField, type Chosen, type FilterRule } from './filter-values.js';
export { sortedBy, SortFields, type SortBy } from './sort-fields.js';
export { Agreeing, PickFields, type Broken, type FieldOptions } from './field-rule.js';
export { readInput } from './read-input.js';
