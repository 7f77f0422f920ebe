import { call } from './clients.js';
import { median, milliseconds, printRow } from './report.js';
import type { Agent } from './search.js';

const sorts = ['-updatedAt', '-createdAt', '-priority', '-number'] as const;
const page = { size: 25, far: 1000 } as const;
/** The most that a page may have: fewer steps to the far one. */
const stride = 100;
const rounds = 40;

interface TicketPage {
  readonly data: readonly { readonly id: string }[];
  readonly meta: { readonly nextCursor: string | null };
}

/** The first page and the thousandth, reached by cursors, in each order, in turns. */
export async function benchPages({ origin, headers }: Agent): Promise<void> {
  const list = async (query: string) => (await call<TicketPage>(`${origin}/api/v1/tickets?${query}`, { headers })).body;
  for (const sort of sorts) {
    let cursor: string | null = null;
    for (let row = 0; row < page.size * (page.far - 1);) {
      const rows = Math.min(stride, page.size * (page.far - 1) - row);
      const { data, meta }: TicketPage = await list(
        `sort=${sort}&limit=${rows}${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      cursor = meta.nextCursor;
      row += data.length;
      if (cursor === null) throw new Error(`the list by ${sort} ended at row ${row}`);
    }
    const [first, far]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const [times, query] of [
        [first, `sort=${sort}&limit=${page.size}`],
        [far, `sort=${sort}&limit=${page.size}&cursor=${cursor}`],
      ] as const) {
        const since = performance.now();
        await list(query);
        times.push(performance.now() - since);
      }
    }
    printRow(
      `list by ${sort}, page 1,000 and page 1, p50`,
      milliseconds(median(far)),
      milliseconds(median(first)),
      (median(far) / median(first)).toFixed(2),
    );
  }
}
