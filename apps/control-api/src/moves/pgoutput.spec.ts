import { describe, expect, it } from '@jest/globals';
import { readChange } from './pgoutput.js';

const uint16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const text = (value: string) => Buffer.from(`${value}\0`);
const letter = (value: string) => Buffer.from(value);
const value = (of: string | null | undefined) => {
  if (of === null) return letter('n');
  if (of === undefined) return letter('u');
  return Buffer.concat([letter('t'), uint32(Buffer.byteLength(of)), Buffer.from(of)]);
};
const tuple = (...values: (string | null | undefined)[]) =>
  Buffer.concat([uint16(values.length), ...values.map((each) => value(each))]);
const message = (...parts: Buffer[]) => readChange(Buffer.concat(parts));

describe('a message of pgoutput', () => {
  it('names the transaction that begins', () => {
    expect(message(letter('B'), Buffer.alloc(16), uint32(4_000_000_000))).toEqual({
      kind: 'begin',
      xid: 4_000_000_000,
    });
  });

  it('describes a table, and the columns of its identity', () => {
    const column = (flags: number, name: string) => Buffer.concat([Buffer.from([flags]), text(name), Buffer.alloc(8)]);
    const parts = [
      uint32(7),
      text('public'),
      text('Ticket'),
      letter('d'),
      uint16(2),
      column(1, 'id'),
      column(0, 'title'),
    ];
    expect(message(letter('R'), ...parts)).toEqual({
      kind: 'relation',
      relation: {
        id: 7,
        schema: 'public',
        name: 'Ticket',
        columns: [
          { name: 'id', isKey: true },
          { name: 'title', isKey: false },
        ],
      },
    });
  });

  it('carries rows, with NULL, nothing, and what was not sent told apart', () => {
    expect(message(letter('I'), uint32(7), letter('N'), tuple('1', 'Ünï', '', null))).toEqual({
      kind: 'insert',
      relationId: 7,
      row: ['1', 'Ünï', '', null],
    });
    expect(message(letter('U'), uint32(7), letter('N'), tuple('1', undefined))).toEqual({
      kind: 'update',
      relationId: 7,
      key: undefined,
      row: ['1', undefined],
    });
    expect(message(letter('U'), uint32(7), letter('K'), tuple('1', null), letter('N'), tuple('2', 'x'))).toEqual({
      kind: 'update',
      relationId: 7,
      key: ['1', null],
      row: ['2', 'x'],
    });
    expect(message(letter('D'), uint32(7), letter('K'), tuple('1', null))).toEqual({
      kind: 'delete',
      relationId: 7,
      key: ['1', null],
    });
  });

  it('is refused in a form that it cannot have', () => {
    expect(() => message(letter('I'), uint32(7), letter('X'), tuple('1'))).toThrow('X');
    expect(message(letter('T'), uint32(1)).kind).toBe('truncate');
    expect(message(letter('C')).kind).toBe('other');
  });
});
