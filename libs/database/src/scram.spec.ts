import { describe, expect, it } from '@jest/globals';
import { scramVerifier } from './scram.js';

describe('a SCRAM verifier', () => {
  it('is what PostgreSQL itself makes of the password "pencil" and that salt', async () => {
    // RFC 7677, section 3: the example exchange, whose salt is W22ZaJ0SNY7soEsUEjb6gQ== at 4096 iterations.
    const verifier = await scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
    expect(verifier).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });

  it('has a salt of its own each time', async () => {
    expect(await scramVerifier('pencil')).not.toBe(await scramVerifier('pencil'));
  });
});
