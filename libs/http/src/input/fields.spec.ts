import { describe, expect, it } from '@jest/globals';
import { isUuid, parseTime } from './fields.js';

describe('parseTime', () => {
  it('reads ISO 8601 with a zone; a date alone is its midnight in UTC', () => {
    const times = {
      '2026-01-31T08:30:00.000Z': '2026-01-31T08:30:00.000Z',
      '2026-01-31T08:30:00Z': '2026-01-31T08:30:00.000Z',
      '2026-01-31T08:30Z': '2026-01-31T08:30:00.000Z',
      '2026-01-31T08:30:00+02:00': '2026-01-31T06:30:00.000Z',
      '2026-01-31T08:30:00.123456789Z': '2026-01-31T08:30:00.123Z',
      '2026-01-31': '2026-01-31T00:00:00.000Z',
      '2028-02-29': '2028-02-29T00:00:00.000Z',
      '0001-01-01': '0001-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.999Z': '9999-12-31T23:59:59.999Z',
    };
    for (const [text, time] of Object.entries(times))
      expect([text, parseTime(text)?.toISOString()]).toEqual([text, time]);
  });

  it('reads nothing else', () => {
    const others = [
      '',
      'now',
      '2026',
      '2026-01',
      '2026-1-1',
      '2026-01-31T08:30:00', // Local time, in an unknown zone.
      '2026-01-31 08:30:00Z',
      '2026-02-29',
      '2026-02-30T00:00:00Z',
      '2026-13-01',
      '2026-00-10',
      '2026-01-00',
      '2026-01-01T24:00:01Z',
      '2026-01-01T00:60:00Z',
      '2026-01-01T00:00:00+99:00',
      '0000-01-01',
      '+002026-01-01',
      '9999-12-31T23:59:59-14:00',
      '0001-01-01T00:00:00+14:00',
      '1767225600000',
      ' 2026-01-31',
    ];
    for (const text of others) expect([text, parseTime(text)]).toEqual([text, undefined]);
  });
});

describe('isUuid', () => {
  it('knows a UUID of any version, in any case, and nothing else', () => {
    expect(isUuid('01a1faf6-e3d9-7b7c-83ff-3d35b87564e9')).toBe(true);
    expect(isUuid('01A1FAF6-E3D9-7B7C-83FF-3D35B87564E9')).toBe(true);
    for (const text of [
      '',
      '01a1faf6e3d97b7c83ff3d35b87564e9',
      '{01a1faf6-e3d9-7b7c-83ff-3d35b87564e9}',
      '01a1faf6-e3d9-7b7c-83ff-3d35b87564eg',
      '01a1faf6-e3d9-7b7c-83ff-3d35b87564e9\n',
    ]) {
      expect(isUuid(text)).toBe(false);
    }
  });
});
