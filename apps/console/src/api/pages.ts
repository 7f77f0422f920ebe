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
