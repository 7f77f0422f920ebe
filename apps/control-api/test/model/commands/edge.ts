import fc from 'fast-check';
import { caller } from '../choices.js';
import { invalid, Order, refusal, roles, type Outcome } from '../order.js';

/** Bodies that nobody can read, whatever they were meant for: a caller's role does not come into it, the token does. */
const unreadable: readonly (readonly [body: string, contentType: string, answer: Outcome])[] = [
  ['{', 'application/json', refusal(400, 'malformed_json')],
  [`{"name":${'['.repeat(40)}${']'.repeat(40)}}`, 'application/json', refusal(400, 'malformed_json')],
  ['{"name":"a\\u0000b"}', 'application/json', invalid(['name'])],
  ['{"name":"\\ud800"}', 'application/json', invalid(['name'])],
  ['name=x', 'application/x-www-form-urlencoded', refusal(415, 'unsupported_media_type')],
];

export const sendingWhatNobodyReads = fc
  .record({
    by: caller,
    route: fc.constantFrom('POST /tenants', 'PATCH /tenants/m1', 'POST /tenants/m1/suspend', 'POST /api-keys'),
    chosen: fc.constantFrom(...unreadable),
  })
  .map(({ by, route, chosen: [body, contentType, answer] }) => {
    const [method = '', path = ''] = route.split(' ');
    return new Order(`${route} as ${contentType}`, {
      by,
      roles: roles.all,
      method,
      path: () => path,
      body,
      headers: () => ({ 'content-type': contentType }),
      unreadable: answer,
      outcome: () => answer,
    });
  });

const noRoutes = [
  'PUT /tenants/m1',
  'DELETE /tenants',
  'PATCH /tenants',
  'GET /tenants/m1/suspend',
  'POST /tenants/m1/explode',
  'POST /audit-events',
  'DELETE /audit-events/x',
  'PATCH /api-keys/x',
  'GET /nothing',
];

/** There is no such route, for anybody: a token is not even looked at. */
export const gettingLost = fc.record({ by: caller, route: fc.constantFrom(...noRoutes) }).map(({ by, route }) => {
  const [method = '', path = ''] = route.split(' ');
  const answer = refusal(404, 'route_not_found');
  return new Order(route, { by, roles: roles.all, method, path: () => path, noRoute: answer, outcome: () => answer });
});
