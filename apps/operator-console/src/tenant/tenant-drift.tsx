import { Button, sentenceOf } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api, type Schemas, unwrap } from '../api/client.js';
import { Differences } from '../drift/differences.js';
import { driftCheckQuery } from '../drift/drift-queries.js';
import { useMay } from '../session/session.js';

/** Compares the tenant's schema with its template, when somebody asks; nothing is mended. */
export function TenantDrift({ slug }: { slug: string }) {
  const { change } = useMay();
  const begin = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/drift-checks', { body: { tenants: [slug] } })),
  });
  const id = begin.data?.id;
  const check = useQuery({ ...driftCheckQuery(id ?? ''), enabled: id !== undefined });
  const isRunning = begin.isPending || (id !== undefined && check.data?.status !== 'DONE' && check.error === null);
  const failure = begin.error ?? check.error;
  return (
    <>
      {change ? (
        <div>
          <Button disabled={isRunning} onClick={() => begin.mutate()}>
            <Trans>Compare with the template</Trans>
          </Button>
        </div>
      ) : (
        <p className="text-muted">
          <Trans>Operators compare a tenant's schema with its template here.</Trans>
        </p>
      )}
      <div role="status">
        {isRunning ? <Trans>Comparing…</Trans> : null}
        {failure === null ? null : <p className="text-danger-text">{sentenceOf(failure)}</p>}
        {check.data?.status === 'DONE' ? <Result report={check.data} /> : null}
      </div>
    </>
  );
}

function Result({ report }: { report: Schemas['DriftReportDto'] }) {
  const { t } = useLingui();
  const found = (report.result as readonly Schemas['TenantDriftDto'][] | null)?.[0];
  const error = report.error ?? found?.error ?? null;
  if (error !== null) return <p className="text-danger-text">{error}</p>;
  if (found === undefined || found.differences.length === 0) return t`It is as its template.`;
  return (
    <>
      <p className="font-medium">
        <Trans>Differences: {found.differenceCount}</Trans>
      </p>
      <Differences differences={found.differences} />
    </>
  );
}
