import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { InvalidTransition } from '@helpdeskly/errors';
import { TicketStatus } from '@helpdeskly/tenant-db';
import { assertMove, statusAfterRequesterComment, statusTimes } from './ticket-status.js';
import { TicketClosed } from './errors.js';

const statuses = Object.values(TicketStatus);

/** From each status, the ones that may follow. */
const allowed: Record<TicketStatus, TicketStatus[]> = {
  OPEN: ['PENDING', 'ON_HOLD', 'RESOLVED'],
  PENDING: ['OPEN', 'ON_HOLD', 'RESOLVED'],
  ON_HOLD: ['OPEN', 'PENDING', 'RESOLVED'],
  RESOLVED: ['OPEN', 'PENDING', 'ON_HOLD', 'CLOSED'],
  CLOSED: [],
};

const pairs = statuses.flatMap((from) => statuses.filter((to) => to !== from).map((to) => [from, to] as const));

function attempt(from: TicketStatus, to: TicketStatus): unknown {
  try {
    assertMove(7, from, to);
    return 'moved';
  } catch (error) {
    return error;
  }
}

describe('moves of a ticket', () => {
  it.each(pairs.filter(([from, to]) => allowed[from].includes(to)))('lets %s become %s', (from, to) => {
    expect(attempt(from, to)).toBe('moved');
  });

  it.each(pairs.filter(([from, to]) => from !== 'CLOSED' && !allowed[from].includes(to)))(
    'keeps %s from becoming %s and names what it can become',
    (from, to) => {
      const refusal = attempt(from, to);
      expect(refusal).toBeInstanceOf(InvalidTransition);
      expect((refusal as InvalidTransition).members).toEqual({ from, to, allowed: allowed[from] });
    },
  );

  it.each(pairs.filter(([from]) => from === 'CLOSED'))(
    'is final when %s: %s is refused as ticket_closed',
    (from, to) => {
      expect(attempt(from, to)).toBeInstanceOf(TicketClosed);
    },
  );
});

it('is drawn in the README as it is', () => {
  const diagram = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const drawn = [...diagram.matchAll(/^ +(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} ${to}`);
  const legal = pairs.filter(([from, to]) => allowed[from].includes(to)).map(([from, to]) => `${from} ${to}`);
  expect(drawn.sort()).toEqual(legal.sort());
});

describe('times of a status', () => {
  const [earlier, now] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')];

  it('has neither while a ticket is worked on', () => {
    for (const status of ['OPEN', 'PENDING', 'ON_HOLD'] as const)
      expect(statusTimes(status, now, earlier)).toEqual({ resolvedAt: null, closedAt: null });
  });

  it('counts a second resolution from its own time', () => {
    expect(statusTimes('RESOLVED', now, earlier)).toEqual({ resolvedAt: now, closedAt: null });
  });

  it('keeps the time of resolving when a ticket is closed', () => {
    expect(statusTimes('CLOSED', now, earlier)).toEqual({ resolvedAt: earlier, closedAt: now });
  });

  it('gives a ticket that is born closed both', () => {
    expect(statusTimes('CLOSED', now)).toEqual({ resolvedAt: now, closedAt: now });
  });
});

it('opens whatever is not closed when its customer comments', () => {
  expect(statuses.map(statusAfterRequesterComment)).toEqual(['OPEN', 'OPEN', 'OPEN', 'OPEN', 'CLOSED']);
});
