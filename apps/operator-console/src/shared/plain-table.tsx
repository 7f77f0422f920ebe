import type { ReactNode } from 'react';
import { TableFrame } from './table-frame.js';

interface PlainTableProps {
  /** What it is a table of; screen readers say it. */
  readonly caption: string;
  readonly heads: readonly string[];
  /** The first cell names the row. */
  readonly rows: readonly (readonly ReactNode[])[];
}

/** Rows that are all there, however many columns they have. */
export function PlainTable({ caption, heads, rows }: PlainTableProps) {
  return (
    <TableFrame
      caption={caption}
      heads={heads.map((head, index) => (
        <th key={index} scope="col" className="px-4 py-2">
          {head}
        </th>
      ))}
    >
      {rows.map((cells, row) => (
        <tr key={row} className="hover:bg-bg">
          {cells.map((cell, index) =>
            index === 0 ? (
              <th key={index} scope="row" className="px-4 py-2 align-top font-medium">
                {cell}
              </th>
            ) : (
              <td key={index} className="max-w-md px-4 py-2 align-top break-words tabular-nums">
                {cell}
              </td>
            ),
          )}
        </tr>
      ))}
    </TableFrame>
  );
}
