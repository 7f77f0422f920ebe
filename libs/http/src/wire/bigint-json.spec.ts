import { expect, it } from '@jest/globals';
import { writeBigintsAsJson } from './bigint-json.js';

it('writes a bigint as a number while that is exact, else as text, wherever it stands', () => {
  writeBigintsAsJson();
  const rows = [{ number: 7n, versions: [-(2n ** 53n) + 1n, 2n ** 53n, 2n ** 63n - 1n] }];
  expect(JSON.stringify({ rows, plain: 7 })).toBe(
    '{"rows":[{"number":7,"versions":[-9007199254740991,"9007199254740992","9223372036854775807"]}],"plain":7}',
  );
});
