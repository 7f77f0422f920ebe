import { Trans } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../api/client.js';
import { ItemBadge, whyRefused } from '../bulk/bulk-outcome.js';
import type { BulkAnswer } from '../bulk/bulk-queries.js';
import { TenantLink } from '../shared/tenant-link.js';

interface ImportedRowsProps {
  readonly items: readonly Schemas['BulkItemDto'][];
  readonly answer: BulkAnswer;
}

/** What becomes of each row: the refused ones first. A run shows the first rows here, and all of them on its own page. */
export function ImportedRows({ items, answer }: ImportedRowsProps) {
  const { dryRun } = answer;
  const [refused, others] = [items.filter(({ problem }) => problem), items.filter(({ problem }) => !problem)];
  return (
    <>
      <ul className="flex flex-col divide-y divide-line">
        {[...refused, ...others].map((item) => (
          <li key={item.position} className="flex flex-wrap items-center justify-between gap-2 py-1.5">
            <span className="min-w-0 break-words">
              <Trans>Row {item.position}</Trans> · {isThere(item, dryRun) ? <TenantLink slug={item.id} /> : item.id}
            </span>
            <ItemBadge item={item} dryRun={dryRun} />
            {item.problem === undefined ? null : <p className="w-full break-words text-muted">{whyRefused(item)}</p>}
          </li>
        ))}
      </ul>
      {'results' in answer ? null : (
        <p>
          <Link to="/bulk-runs/$id" params={{ id: answer.id }} className="text-accent-text underline">
            <Trans>All rows, on the page of the run</Trans>
          </Link>
        </p>
      )}
    </>
  );
}

/** Whether a tenant of this row exists: it did before, or was made. */
const isThere = ({ changed, problem }: Schemas['BulkItemDto'], dryRun: boolean) =>
  problem === undefined && !(dryRun && changed);
