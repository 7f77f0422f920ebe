import { mergedInto } from '../../ticket-core/imported-tickets.js';
import type { ImportBatch } from './import-batch.js';

/** Over how many tickets another one may be reached that a ticket was merged into. */
const longestChain = 100;

/** Those merges, of a ticket into another one, that do not lead back to the ticket itself. */
export async function soundMerges(
  batch: ImportBatch,
  wanted: readonly (readonly [id: string, into: string])[],
): Promise<ReadonlyMap<string, string>> {
  const known = await chainsFrom(
    batch,
    wanted.map(([, into]) => into),
  );
  const sound = new Map<string, string>();
  for (const [id, into] of wanted) if (!leadsTo(id, into, (at) => sound.get(at) ?? known.get(at))) sound.set(id, into);
  await batch.remember('merged', [...sound]);
  return sound;
}

/** What tickets were merged into, and those in turn. A run finds what people have merged meanwhile, too. */
async function chainsFrom(batch: ImportBatch, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const chains = new Map<string, string>();
  let next = [...new Set(ids)];
  for (let step = 0; step < longestChain && next.length > 0; step++) {
    const found = batch.isDryRun ? await batch.targets('merged', next) : await mergedInto(batch.tx, next);
    next = [...new Set(found.values())].filter((id) => !chains.has(id));
    for (const [id, into] of found) chains.set(id, into);
  }
  return chains;
}

/** Whether `from` leads to `id`, or farther than chains may. */
function leadsTo(id: string, from: string, next: (at: string) => string | undefined): boolean {
  let at: string | undefined = from;
  for (let step = 0; step < longestChain; step++) {
    if (at === id) return true;
    at = next(at);
    if (at === undefined) return false;
  }
  return true;
}
