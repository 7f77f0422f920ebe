import { infiniteQueryOptions, type QueryKey } from '@tanstack/react-query';

export interface OnePage<T> {
  readonly data: readonly T[];
  readonly meta: { readonly nextCursor: string | null };
}

/** A list that is read page by page. */
export function pages<T>(
  queryKey: QueryKey,
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<OnePage<T>>,
) {
  return infiniteQueryOptions({
    queryKey,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => read(pageParam, signal),
    getNextPageParam: ({ meta }) => meta.nextCursor ?? undefined,
  });
}

/** A list's every page, each of a hundred. */
export async function everyPage<T>(page: (cursor: string | undefined) => Promise<OnePage<T>>): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | undefined; ;) {
    const { data, meta } = await page(cursor);
    all.push(...data);
    if (meta.nextCursor === null) return all;
    cursor = meta.nextCursor;
  }
}
