import { expect, it } from '@jest/globals';
import { linesOf, readAnswer } from './fleet-answer.js';

it('lays rows that have unlike columns out in lines', () => {
  const answer = readAnswer(
    '{"id":"1","coverage":{"tenants":2,"answered":2,"failed":0,"truncated":0},"tenants":[],"rows":[' +
      '{"tenantSlug":"acme","row":{"n":12,"price":1.5,"on":true}},' +
      '{"tenantSlug":"globex","row":{"n":null,"tags":["a",7]}}]}',
  );
  expect(answer.coverage.tenants).toBe(2);
  expect(linesOf(answer)).toEqual([
    ['tenant', 'n', 'price', 'on', 'tags'],
    ['acme', '12', '1.5', 'true', ''],
    ['globex', '', '', '', '["a",7]'],
  ]);
});
