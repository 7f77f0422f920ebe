import { describe, expect, it } from '@jest/globals';
import { RowFields } from './row-fields.js';
import { zendeskForm } from './zendesk-form.js';

const at = '2020-02-01T08:00:00Z';
const said = (body: string, more: object = {}) => ({
  id: 1,
  author_id: 21,
  body,
  public: true,
  created_at: at,
  ...more,
});
const ticket = {
  id: 4711,
  status: 'open',
  description: 'It smokes.',
  requester_id: 21,
  created_at: at,
  updated_at: at,
};

/** What customers read of the ticket first, and its comments. */
function read(...comments: readonly object[]): readonly string[] {
  const wanted = zendeskForm.tickets(RowFields.of({ ...ticket, comments }, 'ticket'));
  const texts = wanted.comments.map((each) => ('body' in each ? `${each.visibility} ${each.body}` : each.code));
  return [wanted.description, ...texts];
}

describe('a ticket of Zendesk', () => {
  const note = said('It smokes.', { public: false });

  it('says its description once', () => {
    expect(read(said('It <b>smokes</b>'), said('Help!', { id: 2 }))).toEqual([
      'It smokes.',
      'PUBLIC It <b>smokes</b>',
      'PUBLIC Help!',
    ]);
    expect(read(said('**It smokes!**'), said('x', { public: false }))).toEqual(['It smokes.', 'INTERNAL x']);
    expect(read()).toEqual(['It smokes.']);
  });

  it('that began with a note keeps it for staff, and begins with what the requester said', () => {
    expect(read(note)).toEqual(['–', 'INTERNAL It smokes.']);
    expect(read(note, said('Help!'))).toEqual(['Help!', 'INTERNAL It smokes.']);
    expect(read(note, said('Hello', { author_id: 22 }), said('Help!'))).toEqual([
      '–',
      'INTERNAL It smokes.',
      'PUBLIC Hello',
      'PUBLIC Help!',
    ]);
  });

  it.each([
    ['does not say whether it is public', { public: undefined }, ['–', 'INTERNAL It smokes.']],
    ['is a note that cannot be read', { author_id: null, public: false }, ['–', 'required']],
    ['says neither who wrote it nor for whom', { author_id: null, public: 'yes' }, ['–', 'required']],
    ['is public and cannot be read', { author_id: null }, ['It smokes.', 'required']],
    ['is a note in other words', { body: 'x', public: false }, ['–', 'INTERNAL x']],
  ])('shows nobody a first comment that %s', (_what, more, expected) => {
    expect(read(said('It smokes.', more))).toEqual(expected);
  });
});
