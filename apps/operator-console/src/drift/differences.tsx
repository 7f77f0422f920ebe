import { Trans, useLingui } from '@lingui/react/macro';
import type { Schemas } from '../api/client.js';

/** Where a database is not as its template. */
export function Differences({ differences }: { differences: readonly Schemas['DriftDifferenceDto'][] }) {
  const { t } = useLingui();
  return (
    <ul className="flex flex-col gap-3">
      {differences.map(({ object, expected, found }) => (
        <li key={object} className="min-w-0">
          <code className="break-words">{object}</code>
          <p className="break-words text-muted">
            <Trans>expected</Trans> <code>{expected ?? t`nothing`}</code>
          </p>
          <p className="break-words text-muted">
            <Trans>found</Trans> <code>{found ?? t`nothing`}</code>
          </p>
        </li>
      ))}
    </ul>
  );
}
