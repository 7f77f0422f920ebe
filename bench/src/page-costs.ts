import type { CDPSession, Page } from 'playwright-core';
import { median, printRow } from './report.js';

/** What a page took for a mark: it depends on other work of the machine less than a time does. */
export interface PageCosts {
  readonly requests: number;
  /** As they were sent, with headers. */
  readonly kilobytes: number;
  /** Of the page's thread, in milliseconds, and how many times it was held for more than 50 ms. */
  readonly scripts: number;
  readonly longTasks: number;
  readonly layouts: number;
}

/** In each page: keeps its long tasks. */
export const countingTasks = `
  globalThis.longTasks = [];
  new PerformanceObserver((list) => { for (const { startTime } of list.getEntries()) longTasks.push(startTime); })
    .observe({ type: 'longtask', buffered: true });
`;

export const startCosts = async (debug: CDPSession): Promise<void> => void (await debug.send('Performance.enable'));

/** Scripts and layouts are what Chromium has counted until now: the frame of the mark has been shown, and its trace read. */
export async function costsUntil(mark: string, page: Page, debug: CDPSession): Promise<PageCosts> {
  const { metrics } = await debug.send('Performance.getMetrics');
  const metric = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  const seen = await page.evaluate<Pick<PageCosts, 'requests' | 'kilobytes' | 'longTasks'>>(`(() => {
    const [{ startTime: until }] = performance.getEntriesByName(${JSON.stringify(mark)});
    const loaded = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    const before = loaded.filter(({ responseEnd }) => responseEnd > 0 && responseEnd <= until);
    return {
      requests: before.length,
      kilobytes: before.reduce((sum, { transferSize }) => sum + transferSize, 0) / 1000,
      longTasks: longTasks.filter((start) => start < until).length,
    };
  })()`);
  return { ...seen, scripts: metric('ScriptDuration') * 1000, layouts: metric('LayoutCount') };
}

export function printCosts(ours: readonly PageCosts[], bare: readonly PageCosts[]): void {
  const rows: readonly (readonly [string, (costs: PageCosts) => number, string?])[] = [
    ['  requests until then', ({ requests }) => requests],
    ['  sent until then', ({ kilobytes }) => kilobytes, ' kB'],
    ['  scripts until its frame was traced', ({ scripts }) => scripts, ' ms'],
    ['  tasks of more than 50 ms until then', ({ longTasks }) => longTasks],
    ['  layouts until its frame was traced', ({ layouts }) => layouts],
  ];
  for (const [name, of, unit = ''] of rows) {
    const told = (sample: readonly PageCosts[]) => `${median(sample.map(of)).toFixed(0)}${unit}`;
    printRow(name, told(ours), told(bare), '');
  }
}
