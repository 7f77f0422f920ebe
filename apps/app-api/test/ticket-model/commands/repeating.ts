import { expect } from '@jest/globals';
import fc from 'fast-check';
import { checkTickets } from '../checks.js';
import type { DeskModel, KeptAnswer } from '../desk-model.js';
import { compare } from '../order.js';
import { Refusal } from '../rules.js';
import type { World } from '../world.js';

/** A POST that is sent again with its Idempotency-Key: as it was, or another by the same key. */
class Repeat implements fc.AsyncCommand<DeskModel, World> {
  constructor(
    private readonly nth: number,
    private readonly changed: boolean,
  ) {}

  check(model: DeskModel): boolean {
    const { by } = this.keptIn(model) ?? {};
    return by !== undefined && !model.person(by).disabled;
  }

  toString(): string {
    return `send ${this.nth} again${this.changed ? ', changed' : ''}`;
  }

  async run(model: DeskModel, world: World): Promise<void> {
    const { by, path, body, key, answer: first } = this.keptIn(model) as KeptAnswer;
    const sent = this.changed ? { title: 'Another', description: 'Another' } : body;
    const again = await world
      .as(by)
      .post(this.changed ? '/tickets' : path, sent, { headers: { 'idempotency-key': key } });
    model.hear(model.person(by), again, true);
    if (this.changed) compare(new Refusal(422, 'idempotency_key_reused'), again);
    else {
      const ofItself = first.status >= 400 ? { requestId: expect.any(String) } : {};
      expect([again.status, again.body]).toEqual([first.status, { ...first.body, ...ofItself }]);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      for (const name of ['location', 'etag']) expect(again.headers.get(name)).toBe(first.headers.get(name));
    }
    await checkTickets(model, world);
  }

  private keptIn({ kept }: DeskModel): KeptAnswer | undefined {
    return kept[this.nth % kept.length];
  }
}

export const repeating = fc
  .record({ nth: fc.nat({ max: 30 }), changed: fc.nat({ max: 3 }).map((it) => it === 0) })
  .map(({ nth, changed }) => new Repeat(nth, changed));
