// Who may do what in Redis: each API its own keys, and of the commands those that its queues (BullMQ) and its counters use.
import { createHash } from 'node:crypto';

/** Each API's queues, and the prefix of its counters. */
const apis = {
  // The queue board says which workers there are.
  'control-api': {
    queues: ['provisioning', 'lifecycle', 'backups', 'restores', 'moves', 'drift-checks'],
    more: ['+client|list'],
    password: 'REDIS_CONTROL_PASSWORD',
  },
  'app-api': {
    queues: ['auto-close', 'ticket-bulk', 'webhooks', 'comment-send', 'mail', 'inbound-mail', 'transfers'],
    more: ['&app-api:*', '+publish', '+subscribe'], // Its processes tell each other what has changed.
    password: 'REDIS_APP_PASSWORD',
  },
};

/** Queues' keys begin with the installation's own key, of 16 characters. */
const installation = `helpdeskly-${'?'.repeat(16)}`;

/** What reads and writes keys by their names, scripts that do, and a client's own connection. */
const allowed = ['+@read', '+@write', '+@connection', '+eval', '+evalsha', '+info', '+time'];
/** Of those what looks at everybody's keys, changes the server, or concerns other clients. */
const refused = [
  '-@dangerous',
  '-@admin',
  '-scan',
  '-randomkey',
  '-dbsize',
  '-function',
  '-fcall',
  '-client|list',
  '-client|kill',
];

/** Redis' ACL file, with hashes in place of passwords. Source: https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/ */
export function redisUsers(passwords) {
  const hash = (name) => `#${createHash('sha256').update(passwords[name]).digest('hex')}`;
  const users = Object.entries(apis).map(([name, { queues, more, password }]) => {
    const keys = [...queues.map((queue) => `~${installation}:${queue}:*`), `~${name}:*`];
    return [
      'user',
      name,
      'on',
      hash(password),
      'resetchannels',
      ...keys,
      '-@all',
      ...allowed,
      ...refused,
      '+info',
      ...more,
    ];
  });
  return [
    ['user', 'default', 'on', 'nopass', 'resetchannels', 'resetkeys', '-@all', '+ping'], // Whether it lives, for the health check.
    ['user', 'admin', 'on', hash('REDIS_ADMIN_PASSWORD'), '~*', '&*', '+@all'],
    ...users,
  ]
    .map((words) => `${words.join(' ')}\n`)
    .join('');
}
