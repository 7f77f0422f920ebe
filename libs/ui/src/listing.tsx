import { useLingui } from '@lingui/react/macro';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import { Failed } from './failed.js';
import type { OnePage } from './pages.js';
import { Rows } from './rows.js';
import { ShowMore } from './show-more.js';
import { Waiting } from './states.js';

interface ListingProps<T> {
  readonly list: UseInfiniteQueryResult<InfiniteData<OnePage<T>>>;
  /** What stands there while the list is empty. */
  readonly empty: ReactNode;
  readonly children: (item: T) => ReactNode;
}

/** A list with its states: on its way, failed, empty, and more below. */
export function Listing<T extends { readonly id: string }>({ list, empty, children }: ListingProps<T>) {
  const { t } = useLingui();
  if (list.isPending) return <Waiting label={t`Loading…`} />;
  if (list.data === undefined) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const items = list.data.pages.flatMap(({ data }) => data);
  if (items.length === 0) return empty;
  return (
    <>
      <Rows>
        {items.map((item) => (
          <Fragment key={item.id}>{children(item)}</Fragment>
        ))}
      </Rows>
      <ShowMore list={list} />
    </>
  );
}
