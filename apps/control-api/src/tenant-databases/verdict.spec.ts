import { describe, expect, it } from '@jest/globals';
import { isRefusal, verdictOf } from './verdict.js';

const failing = (code?: string) => Object.assign(new Error('refused'), code === undefined ? {} : { code });

describe('what an error says of a role', () => {
  it.each([
    ['28P01', 'credential', true],
    ['28000', 'credential', true],
    ['42501', 'closed', true],
    ['55000', 'closed', true],
    ['3D000', 'absent', true],
    ['22023', 'absent', true],
    ['53300', 'full', false],
    ['55P03', 'locked', false],
    ['57P03', 'away', false],
    ['08006', 'away', false],
    ['ECONNREFUSED', 'away', false],
    [undefined, 'away', false],
    ['58P01', 'broken', false],
    ['57014', 'broken', false],
    ['25P04', 'broken', false],
    ['25006', 'broken', false],
    ['42P01', 'broken', false],
  ] as const)('%s: %s', (code, verdict, refused) => {
    expect([verdictOf(failing(code)), isRefusal(failing(code))]).toEqual([verdict, refused]);
  });
});
