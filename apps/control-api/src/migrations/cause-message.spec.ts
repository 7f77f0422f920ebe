import { describe, expect, it } from '@jest/globals';
import { withoutValues } from './cause-message.js';

describe('a message without values', () => {
  it.each([
    [
      'duplicate key value violates unique constraint "User_email_key"; Key (email)=(ada@acme.test) already exists.',
      'duplicate key value violates unique constraint "User_email_key"; Key (email)=(…) already exists.',
    ],
    [
      'could not create unique index "t_x"; Key (a, b)=(1, (2)) is duplicated.',
      'could not create unique index "t_x"; Key (a, b)=(…) is duplicated.',
    ],
    ['invalid input syntax for type integer: "secret ""word"""', 'invalid input syntax for type integer: "…"'],
    ['invalid input value for enum "Role": "BOSS"', 'invalid input value for enum "Role": "…"'],
    [
      'null value in column "x2" of relation "Ticket7" violates not-null constraint; Failing row contains (1, Ada, null).',
      'null value in column "x2" of relation "Ticket7" violates not-null constraint; Failing row contains (…).',
    ],
    ["value 'x' of 12 is out of range for 1.5", "value '…' of … is out of range for …"],
    [
      'it waited for a lock for too long; held by report (user postgres, idle in transaction for 13 s)',
      'it waited for a lock for too long; held by report (user postgres, idle in transaction for … s)',
    ],
    [
      'Applied migrations differ from their files: 20270000000001_step.',
      'Applied migrations differ from their files: 20270000000001_step.',
    ],
    ['column "a" does not exist', 'column "a" does not exist'],
  ])('%s', (message, expected) => {
    expect(withoutValues(message)).toBe(expected);
  });
});
