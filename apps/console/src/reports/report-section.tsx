import { Button, Failed, saveFile, Section, useWrite, Waiting } from '@helpdeskly/ui';
import { Trans, useLingui } from '@lingui/react/macro';
import type { UseQueryResult } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { type ReportFilter, reportFile, type ReportName } from './report-queries.js';

interface ReportSectionProps<T> {
  readonly title: ReactNode;
  readonly name: ReportName;
  readonly filter: ReportFilter;
  readonly report: UseQueryResult<T>;
  readonly children: (report: T) => ReactNode;
}

/** One report with its states, and the way to its file. */
export function ReportSection<T>({ title, name, filter, report, children }: ReportSectionProps<T>) {
  const { t } = useLingui();
  const file = useWrite(() => reportFile(name, filter), { keys: [], onDone: (blob) => saveFile(blob, `${name}.csv`) });
  return (
    <Section title={title}>
      {report.isPending ? <Waiting label={t`Loading…`} /> : null}
      {report.isError && report.data === undefined ? (
        <Failed error={report.error} onRetry={() => void report.refetch()} />
      ) : null}
      {report.data === undefined ? null : children(report.data)}
      <div>
        <Button disabled={file.isPending} onClick={() => file.mutate(undefined)}>
          <Download aria-hidden className="size-4" />
          <Trans>Download as CSV</Trans>
        </Button>
      </div>
    </Section>
  );
}
