import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { ValidationFailed, type FieldError } from '@helpdeskly/errors';
import { Text, TimeField, readInput } from '@helpdeskly/http';
import { column, text, time, type Answer, type Change, type Fields, type Locked } from './column.js';
import { answerClass, changeClass, openingClass } from './column-dto.js';
import { fieldsOf, shownRow } from './column-fields.js';
import { ticketColumns } from './ticket-columns.js';

/** The list with one column more, which the staff sees and sets. */
const columns = {
  ...ticketColumns,
  externalId: column(text, {
    nullable: true,
    answer: { description: 'What another system calls it.' },
    customers: 'nothing',
    set: { field: (options) => Text({ max: 20, ...options }), initial: null },
  }),
};
type List = typeof columns;

const fields = fieldsOf(columns);
const opened = { title: 'Printer', description: 'Blank pages', authorId: '01a1fac5-30c5-7dac-ac30-a758dbba7229' };
const begun = fields.openedWith(opened) as Fields<List>;

/** What the OpenAPI document is told of a field of a class. */
function documented(type: new () => object, name: string): Record<string, unknown> | undefined {
  return Reflect.getMetadata('swagger/apiModelProperties', type.prototype, name);
}

/** The fields of a body that break a rule, each with the rule. */
function brokenBy(type: new () => object, body: object): unknown {
  try {
    return readInput(type, body);
  } catch (error) {
    if (!(error instanceof ValidationFailed)) throw error;
    return (error.members.errors as FieldError[]).map(({ field, code }) => [field, code]);
  }
}

describe('a column that is added to the list', () => {
  it('is a field of bodies, by its rule', () => {
    const [open, change] = [openingClass(columns), changeClass(columns)];
    expect(readInput(open, { ...opened, externalId: ' A-1 ' })).toMatchObject({ externalId: 'A-1' });
    expect(readInput(change, { externalId: null })).toMatchObject({ externalId: null });
    for (const type of [open, change])
      expect(brokenBy(type, { ...opened, externalId: 'x'.repeat(21) })).toEqual([['externalId', 'too_long']]);
    expect(brokenBy(changeClass(ticketColumns), { externalId: 'A-1' })).toEqual([['externalId', 'unknown_field']]);
  });

  it('is what a ticket begins with, and what events tell of', () => {
    expect(begun).toMatchObject({ externalId: null, priority: 'MEDIUM', status: 'OPEN', tags: [] });
    expect(fields.firstTold({ ...begun, externalId: 'A-1' })).toMatchObject({ externalId: { from: null, to: 'A-1' } });
    expect(fields.firstTold(begun)).not.toHaveProperty('externalId');
    const edit: Partial<Fields<List>> = { externalId: 'B-2', title: 'Printer' };
    expect(fields.differing(begun, edit)).toEqual({ externalId: 'B-2' });
    expect(fields.told(begun, edit)).toEqual({ externalId: { from: null, to: 'B-2' } });
  });

  it('is in the documentation of answers', () => {
    expect(documented(answerClass(columns), 'externalId')).toMatchObject({
      type: String,
      nullable: true,
      required: false,
      description: 'What another system calls it. Absent if a customer asks.',
    });
    expect(documented(answerClass(ticketColumns), 'externalId')).toBeUndefined();
  });

  it('is the permission table’s: customers neither see nor set it', () => {
    expect(fields.closed).toMatchObject({
      open: expect.arrayContaining(['externalId']),
      change: expect.arrayContaining(['externalId']),
    });
    expect(fields.hidden).toEqual(['priority', 'tags', 'externalId']);
    expect(shownRow(columns, { id: 'i', externalId: 'A-1', version: 9, publicVersion: 3 })).toMatchObject({
      version: 3,
    });
    expect(Object.keys(shownRow(columns, { id: 'i', externalId: 'A-1' }))).not.toContain('externalId');
    expect(documented(openingClass(columns), 'externalId')).toMatchObject({ description: 'Not for customers.' });
  });

  it('is a compiler’s: locked rows hold it, and whoever writes a new row has to say it', () => {
    const locked: Locked<List>['externalId'] = null;
    // @ts-expect-error A row without it is none.
    const lacking: Fields<List> = { ...begun, externalId: undefined };
    expect([locked, lacking.externalId]).toEqual([null, undefined]);
  });
});

describe('a time that callers set', () => {
  const timed = {
    ...ticketColumns,
    heardAt: column(time, {
      nullable: true,
      answer: { description: 'When support heard of it.' },
      set: { field: TimeField, initial: null },
    }),
  };
  type Timed = typeof timed;
  const fieldsOfTimed = fieldsOf(timed);
  const inRome = '2026-03-01T12:00:00+01:00';
  const heard = new Date('2026-03-01T11:00:00.000Z');
  const row = fieldsOfTimed.openedWith({ ...opened, heardAt: inRome }) as Fields<Timed>;

  it('is a text of ISO 8601 in bodies, with any zone, and null clears it', () => {
    for (const [type, body] of [
      [openingClass(timed), opened],
      [changeClass(timed), {}],
    ] as const) {
      expect(readInput(type, { ...body, heardAt: ` ${inRome} ` })).toMatchObject({ heardAt: inRome });
      expect(readInput(type, { ...body, heardAt: null })).toMatchObject({ heardAt: null });
      for (const heardAt of ['tomorrow', '2026-02-30', 1_772_000_000_000])
        expect(brokenBy(type, { ...body, heardAt })).toEqual([['heardAt', 'malformed']]);
    }
    expect(documented(changeClass(timed), 'heardAt')).toMatchObject({ format: 'date-time', nullable: true });
  });

  it('is stored as the moment that it names, also when the body has waited for a worker as JSON', () => {
    expect(row.heardAt).toEqual(heard);
    expect(fieldsOfTimed.openedWith(opened)).toMatchObject({ heardAt: null });
    const sent: Change<Timed> = { heardAt: inRome, title: 'Printer' };
    const waited = JSON.parse(JSON.stringify(sent)) as Change<Timed>;
    expect([fieldsOfTimed.stored(sent), fieldsOfTimed.stored(waited)]).toEqual(
      Array(2).fill({ heardAt: heard, title: 'Printer' }),
    );
    expect(fieldsOfTimed.stored({ heardAt: null })).toEqual({ heardAt: null });
  });

  it('is not changed by the same moment in the words of another zone', () => {
    const again = fieldsOfTimed.stored({ heardAt: '2026-03-01T11:00:00Z' });
    expect(fieldsOfTimed.differing(row, again)).toEqual({});
    const later = fieldsOfTimed.stored({ heardAt: '2026-03-01T11:00:00.001Z' });
    expect(fieldsOfTimed.differing(row, later)).toEqual({ heardAt: new Date('2026-03-01T11:00:00.001Z') });
    expect(fieldsOfTimed.differing(row, { heardAt: null })).toEqual({ heardAt: null });
  });

  it('is told by events in UTC with milliseconds', () => {
    expect(fieldsOfTimed.firstTold(row)).toMatchObject({ heardAt: { from: null, to: '2026-03-01T11:00:00.000Z' } });
    const changed = fieldsOfTimed.told(row, fieldsOfTimed.stored({ heardAt: '2026-04-01' }));
    expect(changed).toEqual({ heardAt: { from: '2026-03-01T11:00:00.000Z', to: '2026-04-01T00:00:00.000Z' } });
    expect(fieldsOfTimed.told(row, { heardAt: null })).toEqual({
      heardAt: { from: '2026-03-01T11:00:00.000Z', to: null },
    });
  });

  it('is a text in answers, and a Date in locked rows', () => {
    expect(documented(answerClass(timed), 'heardAt')).toMatchObject({
      type: String,
      format: 'date-time',
      nullable: true,
    });
    const answered: Answer<Timed>['heardAt'] = inRome;
    const locked: Locked<Timed>['heardAt'] = heard;
    // @ts-expect-error Bodies hold no Date.
    const sent: Change<Timed> = { heardAt: heard };
    expect([answered, locked, sent.heardAt]).toEqual([inRome, heard, heard]);
  });
});

describe('who sets which field of a ticket', () => {
  it('customers set four when they open one, and one in theirs', () => {
    const { closed } = fieldsOf(ticketColumns);
    expect(closed.open).toEqual(['status', 'priority', 'tags', 'authorId', 'assignedToId', 'groupId']);
    expect(closed.change).toEqual([
      'title',
      'description',
      'priority',
      'tags',
      'authorId',
      'assignedToId',
      'groupId',
      'followUpOfId',
    ]);
  });
});
