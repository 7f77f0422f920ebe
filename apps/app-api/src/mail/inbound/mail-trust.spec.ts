import { describe, expect, it } from '@jest/globals';
import { trustIn } from './mail-trust.js';

const customer = { id: 'c', role: 'CUSTOMER', status: 'ACTIVE' } as const;
const agent = { id: 'a', role: 'AGENT', status: 'ACTIVE' } as const;
const admin = { id: 'b', role: 'ADMIN', status: 'ACTIVE' } as const;

describe('what a mail may do', () => {
  it.each([
    [customer, 'PASS', false, { verified: true, speaks: true, invites: true }],
    [customer, 'NONE', false, { verified: false, speaks: true, invites: false }],
    [customer, 'FAIL', false, { verified: false, speaks: false, invites: false }],
    [customer, 'NONE', true, { verified: true, speaks: true, invites: true }],
    [customer, 'FAIL', true, { verified: true, speaks: true, invites: true }],
    [agent, 'PASS', false, { verified: true, speaks: true, invites: true }],
    [agent, 'NONE', false, { verified: false, speaks: false, invites: false }],
    [agent, 'NONE', true, { verified: false, speaks: false, invites: false }],
    [admin, 'FAIL', true, { verified: false, speaks: false, invites: false }],
  ] as const)('of %o with %s, own reply address: %s', (sender, verdict, ownToken, trust) => {
    expect(trustIn(sender, verdict, ownToken)).toEqual(trust);
  });
});
