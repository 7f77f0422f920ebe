import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';

interface ReportTableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly id: string; readonly name: string; readonly cells: readonly ReactNode[] }[];
}

/** Figures in rows; the first column names the row. */
export function ReportTable({ caption, columns, rows }: ReportTableProps) {
  const [first, ...others] = columns;
  return (
    // A region that scrolls can be reached by the keyboard.
    <div className="overflow-x-auto" role="region" aria-label={caption} tabIndex={0}>
      <table className="w-full text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col" className="py-1 pr-3 text-left font-medium">
              {first}
            </th>
            {others.map((name) => (
              <th key={name} scope="col" className="px-2 py-1 text-right font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map(({ id, name, cells }) => (
            <tr key={id}>
              <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                {name}
              </th>
              {cells.map((cell, at) => (
                <td key={others[at]} className="px-2 py-1.5 text-right tabular-nums">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The figures behind a plot: there for everybody, folded for those who see the plot. */
export function TableBehind(props: ReportTableProps) {
  return (
    <details>
      <summary className="cursor-pointer text-sm text-muted">
        <Trans>Show the figures</Trans>
      </summary>
      <div className="pt-2">
        <ReportTable {...props} />
      </div>
    </details>
  );
}
