// Random orders over the whole control API, with a model beside it that predicts each answer. The orders are the same in
// each run of the tests, so that a failure is of the change at hand. A hunt for others, and the orders of a seed once more:
//
//   MODEL_SEED=random MODEL_RUNS=300 npm test -- control-api/test/model.test
//   MODEL_SEED=-1234567 npm test -- control-api/test/model.test
//
// A failure shows the seed and the fewest orders that were found to lead to it.
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commands } from './model/commands/index.js';
import { checkDatabase } from './model/database-check.js';
import { World } from './model/world.js';

const runs = Number(process.env.MODEL_RUNS ?? 8);
const { MODEL_SEED = '20092791' } = process.env;
const seed = MODEL_SEED === 'random' ? randomInt(2 ** 31) : Number(MODEL_SEED);
const patienceMs = 120_000 + runs * 20_000;

/** Of every length: what is biased is mostly short. */
const orders = fc.noBias(fc.commands(commands, { maxCommands: 100, size: 'max' }));

let world: World;

beforeAll(async () => {
  world = await World.start();
});

afterAll(async () => {
  await world.close();
});

it(
  'answers every order as it must, and shows what the orders made of it',
  async () => {
    console.info(`model: MODEL_SEED=${seed} MODEL_RUNS=${runs}`);
    const property = fc.asyncProperty(orders, async (given) => {
      const model = await world.begin();
      await fc.asyncModelRun(() => ({ model, real: world }), given);
      await checkDatabase(model, world);
    });
    // What was found so far is shown, rather than nothing, when shrinking takes too long.
    await fc.assert(property, { numRuns: runs, seed, interruptAfterTimeLimit: patienceMs });
    const { carriedOut, refused } = world.tally;
    console.info(`model: ${carriedOut} orders were carried out, ${refused} refused, all as predicted`);
    expect(carriedOut).toBeGreaterThan(0);
  },
  patienceMs + 60_000,
);
