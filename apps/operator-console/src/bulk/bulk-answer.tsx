import { Badge, Failed, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.js';
import { bulkRunLabels, bulkRunTones } from './bulk-labels.js';
import { BulkSums } from './bulk-outcome.js';
import { type BulkAnswer as Answered, bulkRunQuery } from './bulk-queries.js';

type Results = Schemas['BulkResultsDto'] | Schemas['BulkRunResultDto'];

interface BulkAnswerProps {
  readonly answer: Answered;
  /** What follows from the results, once every tenant had its turn. */
  readonly children: (results: Results) => ReactNode;
}

/** What was answered, or what a run that works on many tenants has come to. */
export function BulkAnswer({ answer, children }: BulkAnswerProps) {
  const { dryRun } = answer;
  const run = 'results' in answer ? undefined : answer;
  const query = useQuery({ ...bulkRunQuery(run?.id ?? ''), enabled: run !== undefined });
  if (query.isLoadingError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const { data } = query;
  const results = 'results' in answer ? answer : data?.result;
  return (
    <div className="flex flex-col gap-4">
      {results === undefined || results === null ? (
        <RunsOn run={data ?? (run as Schemas['BulkRunDto'])} />
      ) : (
        <>
          <BulkSums sums={results} dryRun={dryRun} />
          {data === undefined || data.status === 'DONE' ? children(results) : <EndedEarly run={data} />}
        </>
      )}
    </div>
  );
}

/** A run that was cancelled, or failed: what it came to says nothing of the others. */
function EndedEarly({ run: { id, status, error } }: { run: Schemas['BulkRunDto'] }) {
  const { i18n } = useLingui();
  return (
    <>
      <p role="alert" className="flex flex-wrap items-center gap-2">
        <Badge tone={bulkRunTones[status]}>{i18n._(bulkRunLabels[status])}</Badge>
        <Trans>Not every tenant had its turn.</Trans>
        {error === null ? null : <span className="min-w-0 break-words">{error.detail}</span>}
      </p>
      <p>
        <Link to="/bulk-runs/$id" params={{ id }} className="text-accent-text underline">
          <Trans>See the run</Trans>
        </Link>
      </p>
    </>
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
