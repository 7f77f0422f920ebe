import { Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.js';
import { BulkSums } from './bulk-outcome.js';
import { type BulkAnswer as Answered, bulkRunQuery } from './bulk-queries.js';

type Results = Schemas['BulkResultsDto'] | Schemas['BulkRunResultDto'];

interface BulkAnswerProps {
  readonly answer: Answered;
  /** What follows from the results, once they are there. */
  readonly children: (results: Results) => ReactNode;
}

/** What was answered, or what a run that works on many tenants has come to. */
export function BulkAnswer({ answer, children }: BulkAnswerProps) {
  const { dryRun } = answer;
  const run = 'results' in answer ? undefined : answer;
  const { data } = useQuery({ ...bulkRunQuery(run?.id ?? ''), enabled: run !== undefined });
  const results = 'results' in answer ? answer : data?.result;
  return (
    <div className="flex flex-col gap-4">
      {results === undefined || results === null ? (
        <RunsOn run={data ?? (run as Schemas['BulkRunDto'])} />
      ) : (
        <>
          <BulkSums sums={results} dryRun={dryRun} />
          {children(results)}
        </>
      )}
    </div>
  );
}

function RunsOn({ run: { id, progress } }: { run: Schemas['BulkRunDto'] }) {
  const { t } = useLingui();
  return (
    <>
      <Waiting label={t`${progress.done} of ${progress.total} tenants`} />
      <p>
        <Trans>
          It goes on without this page.{' '}
          <Link to="/bulk-runs/$id" params={{ id }} className="text-accent-text underline">
            Follow it on its own page
          </Link>
        </Trans>
      </p>
    </>
  );
}
