export { AnyRole, KeyScope, NoKeys, Public, Roles, accessOf } from './access.js';
export type { Access } from './wire/route-facts.js';
export { Authenticator, CurrentActor, type Actor } from './actor.js';
export { createHttpApp, type HttpAppOptions } from './http-app.js';
export { PageFiles } from './pages/page-files.js';
export { ServedPages } from './pages/served-pages.js';
export { describeControllers } from './openapi/controllers-document.js';
export type { DocumentOptions } from './openapi/openapi-document.js';
export { ErrorTranslator } from './answers/error-translator.js';
export { FailureNotes } from './limits/failure-notes.js';
export { ApiCsv, csvOf, sendCsv, streamCsv, unescaped, wantsCsv, type Cell } from './answers/csv.js';
export { HealthChecks, type HealthCheck } from './answers/health.js';
export { LocationOf, PagedBy } from './answers/answer-headers.js';
export {
  AnswerCipher,
  IdempotencyAnswers,
  IdempotencyInProgress,
  keeperOf,
  UnitOfWork,
  type RawSql,
} from './answers/idempotency.js';
export { Idempotent } from './answers/idempotency.interceptor.js';
export { ItemAnswers } from './answers/item-answers.js';
export { LoginThrottle, networkOf, RateLimited } from './limits/login-throttle.js';
export { receiveFile, TakesFile, type IncomingFile } from './wire/multipart.js';
export { TakesCsv } from './wire/csv-body.js';
export { TakesMessage } from './wire/message-body.js';
export { ApiProblems, ApiAnswer, ApiPage, ProblemDto } from './openapi/openapi.js';
export { EdgeError, problemOf, type Problem } from './answers/problems.js';
export { WrittenAnswer, writtenPage, type Json } from './answers/written-answer.js';
export { Cursors, InvalidCursor, type Page, type SortKey } from './answers/paging.js';
export { PageMetaDto, PageQuery } from './input/page-query.js';
export { ProblemFilter } from './answers/problem.filter.js';
export { RateLimitPolicy, RequestRates, type RateLimit } from './limits/rate-limit.js';
export { RequestScope } from './wire/request-scope.js';
export { fastifyRequestOf } from './wire/fastify-request.js';
export { clientAddressOf, clientFactsOf, type ClientFacts } from './wire/request-facts.js';
export { callingPage } from './wire/own-origin.js';
export {
  ApiSessionHeader,
  cookieOf,
  type CookieToSet,
  SessionCookie,
  setCookie,
  type ShownToken,
} from './sign-in/session-cookie.js';
export { OwnSessionDto, pageOfOwnSessions } from './sign-in/own-session.dto.js';
export * from './sign-in/mfa.dto.js';
export { TrustedProxies } from './wire/trusted-proxies.js';
export { IfMatch, assertVersion, VersionsField } from './input/versions.js';
export * from './input/fields.js';
export { DurationField } from './input/duration-field.js';
export { AscendingIntegers, CountOrNames, DistinctIntegers } from './input/list-fields.js';
export { jitteredRetry, toBlock } from './answers/sse.js';
export { futureTime } from './input/future-time.js';
export { isBlank, nameKeyOf } from './input/written-text.js';
export * from './input/query-fields.js';
export { chosen, QueryValues, ValuesField, type Chosen, type FilterRule } from './input/filter-values.js';
export { sortedBy, SortFields, type SortBy } from './input/sort-fields.js';
export { Agreeing, PickFields, type Broken, type FieldOptions } from './input/field-rule.js';
export { readInput } from './input/read-input.js';
