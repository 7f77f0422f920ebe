import type pg from 'pg';
import { call } from './clients.js';
import { median, milliseconds, printRow } from './report.js';
import type { Agent } from './search.js';

const rounds = 30;
const views: readonly { readonly filters: Record<string, unknown>; readonly condition: string }[] = [
  {
    filters: { assignedTo: 'me', status: ['OPEN', 'PENDING'] },
    condition: `"assignedToId" = $1 and "status" in ('OPEN', 'PENDING')`,
  },
  { filters: { assignedTo: 'none', status: ['OPEN'] }, condition: `"assignedToId" is null and "status" = 'OPEN'` },
  { filters: { status: ['OPEN'], priority: ['URGENT'] }, condition: `"status" = 'OPEN' and "priority" = 'URGENT'` },
  { filters: { status: ['OPEN'] }, condition: `"status" = 'OPEN'` },
  { filters: { status: ['PENDING'] }, condition: `"status" = 'PENDING'` },
  { filters: { status: ['ON_HOLD'] }, condition: `"status" = 'ON_HOLD'` },
  { filters: { tag: 'tag-500' }, condition: `"tags" @> array['tag-500']` },
  { filters: { author: 'me' }, condition: `"authorId" = $1` },
];

/** The counts of eight views beside as many counts by pg, each a statement of its own on one connection, in turns. */
export async function benchViewCounts(client: pg.Client, { origin, headers, id }: Agent): Promise<void> {
  for (const [place, { filters }] of views.entries())
    await call(`${origin}/api/v1/views`, {
      method: 'POST',
      headers,
      body: { name: `View ${place}`, shared: true, filters },
    });
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    let since = performance.now();
    const { body } = await call<{ counts: readonly { readonly tickets: number }[] }>(`${origin}/api/v1/views/counts`, {
      headers,
    });
    ours.push(performance.now() - since);
    since = performance.now();
    const counted: number[] = [];
    for (const { condition } of views) {
      const { rows } = await client.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM "Ticket" WHERE "deletedAt" IS NULL AND ${condition}`,
        condition.includes('$1') ? [id] : [],
      );
      counted.push(rows[0]?.n ?? -1);
    }
    bare.push(performance.now() - since);
    if (JSON.stringify(body.counts.map(({ tickets }) => tickets)) !== JSON.stringify(counted))
      throw new Error('product and baseline count differently');
  }
  printRow(
    'counts of 8 views, p50',
    milliseconds(median(ours)),
    milliseconds(median(bare)),
    (median(ours) / median(bare)).toFixed(2),
  );
}
