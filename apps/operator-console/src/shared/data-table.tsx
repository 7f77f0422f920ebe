import { Failed, type OnePage, ShowMore, Waiting } from '@helpdeskly/ui';
import { useLingui } from '@lingui/react/macro';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { TableFrame } from './table-frame.js';

export interface Column<T> {
  readonly head: string;
  readonly cell: (item: T) => ReactNode;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
}

interface DataTableProps<T> {
  /** What it is a table of; screen readers say it. */
  readonly caption: string;
  readonly list: UseInfiniteQueryResult<InfiniteData<OnePage<T>>>;
  readonly columns: readonly Column<T>[];
  readonly keyOf: (item: T) => string;
  /** What stands there while the list is empty. */
  readonly empty: ReactNode;
}

/** A list as a table, with its states: on its way, failed, empty, and more below. The first column names the row. */
export function DataTable<T>({ caption, list, columns, keyOf, empty }: DataTableProps<T>) {
  const { t } = useLingui();
  if (list.isPending) return <Waiting label={t`Loading…`} />;
  if (list.data === undefined) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const items = list.data.pages.flatMap(({ data }) => data);
  if (items.length === 0) return empty;
  return (
    <>
      <TableFrame
        caption={caption}
        heads={columns.map(({ head, isNumber }) => (
          <th key={head} scope="col" className={isNumber ? 'px-4 py-2 text-right' : 'px-4 py-2'}>
            {head}
          </th>
        ))}
      >
        {items.map((item) => (
          <tr key={keyOf(item)} className="hover:bg-bg">
            {columns.map(({ head, cell, isNumber }, index) =>
              index === 0 ? (
                <th key={head} scope="row" className="px-4 py-2 font-medium">
                  {cell(item)}
                </th>
              ) : (
                <td
                  key={head}
                  className={isNumber ? 'px-4 py-2 text-right whitespace-nowrap tabular-nums' : 'px-4 py-2'}
                >
                  {cell(item)}
                </td>
              ),
            )}
          </tr>
        ))}
      </TableFrame>
      <ShowMore list={list} />
    </>
  );
}
