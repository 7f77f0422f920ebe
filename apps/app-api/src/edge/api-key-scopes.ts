import { KeyScope } from '@helpdeskly/http';

/** What an API key may be for. */
export const ApiKeyScope = {
  'tickets:read': 'tickets:read',
  'tickets:write': 'tickets:write',
  'users:read': 'users:read',
  'users:write': 'users:write',
  'mail:inbound': 'mail:inbound',
  'webhooks:write': 'webhooks:write',
} as const;
export type ApiKeyScope = (typeof ApiKeyScope)[keyof typeof ApiKeyScope];

/** Open to API keys with this scope, and a role that may call the route. */
export const ForKeys = (scope: ApiKeyScope): MethodDecorator => KeyScope(scope);
