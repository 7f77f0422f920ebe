import type { ReactNode } from 'react';

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
    <div
      role="region"
      aria-label={caption}
      tabIndex={0} // It scrolls sideways, also by keyboard.
      className="overflow-x-auto rounded-xl border border-line bg-raised"
    >
      <table className="w-full text-left">
        <caption className="sr-only">{caption}</caption>
        <thead className="border-b border-line text-xs text-muted">
          <tr>
            {heads.map((head, index) => (
              <th key={index} scope="col" className="px-4 py-2">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
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
        </tbody>
      </table>
    </div>
  );
}
