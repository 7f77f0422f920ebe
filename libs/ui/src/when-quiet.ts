import { queries } from './queries.js';

const longestMs = 5000;

/**
 * Calls back once everything that was asked of the server is answered, so that nothing stands in the way of what a person waits for; after
 * five seconds in any case. Returns what takes that back.
 */
export function whenQuiet(work: () => void): () => void {
  const cache = queries.getQueryCache();
  let due: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(due);
    if (queries.isFetching() === 0) due = setTimeout(begin, 50); // What is shown now may ask for more.
  };
  const leave = cache.subscribe(look);
  const latest = setTimeout(begin, longestMs);
  const end = () => {
    leave();
    clearTimeout(due);
    clearTimeout(latest);
  };
  function begin(): void {
    end();
    work();
  }
  look();
  return end;
}
