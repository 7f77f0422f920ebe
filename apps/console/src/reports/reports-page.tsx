import { ApiFailure, Failed, Page, SelectField, useTitle } from '@helpdeskly/ui';
import { msg } from '@lingui/core/macro';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Schemas } from '../api/client.js';
import { groupsQuery, staffQuery } from '../tickets/view-queries.js';
import { durationOf } from './duration.js';
import { Plot } from './plot.js';
import { daysReport, openReport, type ReportFilter, sharesReport, timesReport } from './report-queries.js';
import { ReportSection } from './report-section.js';
import { ReportTable, TableBehind } from './report-table.js';

const periods = [7, 30, 90, 365] as const;

/** How the helpdesk does: what is open, what comes in and goes out, how long people wait. */
export function ReportsPage() {
  const { t } = useLingui();
  useTitle(t`Reports`);
  const [filter, choose] = useState<ReportFilter>({ days: 30, group: '', assignedTo: '' });
  const { data: groups = [] } = useQuery(groupsQuery);
  const { data: staff = [] } = useQuery(staffQuery);
  const { error, refetch } = useQuery(openReport(filter));
  if (error instanceof ApiFailure && error.code === 'forbidden')
    return (
      <Page title={t`Reports`}>
        <Failed error={error} onRetry={() => void refetch()} />
      </Page>
    );
  return (
    <Page title={t`Reports`} about={<Trans>Deleted and merged tickets and spam do not count.</Trans>} wide>
      <search className="flex flex-wrap gap-3">
        <SelectField
          label={t`Period`}
          className="w-auto!"
          value={String(filter.days)}
          onChange={({ target }) => choose({ ...filter, days: Number(target.value) })}
        >
          {periods.map((days) => (
            <option key={days} value={days}>
              {t`Last ${days} days`}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t`Group`}
          className="w-auto! max-w-full"
          value={filter.group}
          onChange={({ target }) => choose({ ...filter, group: target.value })}
        >
          <option value="">{t`All`}</option>
          <option value="none">{t`No group`}</option>
          {groups.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t`Assignee`}
          className="w-auto! max-w-full"
          value={filter.assignedTo}
          onChange={({ target }) => choose({ ...filter, assignedTo: target.value })}
        >
          <option value="">{t`All`}</option>
          <option value="none">{t`Nobody`}</option>
          {staff.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      </search>
      <div className="grid gap-4 lg:grid-cols-2">
        <OpenByAge filter={filter} />
        <CreatedAndResolved filter={filter} />
      </div>
      <Times filter={filter} />
      <Shares of="groups" filter={filter} />
      <Shares of="agents" filter={filter} />
    </Page>
  );
}

interface ReportProps {
  readonly filter: ReportFilter;
}

const ageLabels = {
  UNDER_1_DAY: msg`Under 1 day`,
  UNDER_3_DAYS: msg`1 to 3 days`,
  UNDER_7_DAYS: msg`3 to 7 days`,
  UNDER_30_DAYS: msg`7 to 30 days`,
  OLDER: msg`Older`,
};

function OpenByAge({ filter }: ReportProps) {
  const { t } = useLingui();
  const report = useQuery(openReport(filter));
  return (
    <ReportSection title={<Trans>Unsolved tickets by age</Trans>} name="open" filter={filter} report={report}>
      {(rows) => <OpenFigures rows={rows} caption={t`Unsolved tickets by age`} />}
    </ReportSection>
  );
}

function OpenFigures({ rows, caption }: { rows: Schemas['OpenByAgeDto'][]; caption: string }) {
  const { t, i18n } = useLingui();
  const labels = useMemo(() => rows.map(({ age }) => t(ageLabels[age])), [rows, t]);
  const series = useMemo(
    () => [{ name: t`Tickets`, values: rows.map(({ total }) => total), colour: '--accent' as const }],
    [rows, t],
  );
  return (
    <>
      <Plot kind="bars" labels={labels} series={series} />
      <TableBehind
        caption={caption}
        columns={[t`Opened`, t`Open`, t`Pending`, t`On hold`, t`All`]}
        rows={rows.map(({ age, open, pending, onHold, total }) => ({
          id: age,
          name: t(ageLabels[age]),
          cells: [open, pending, onHold, total].map((count) => count.toLocaleString(i18n.locale)),
        }))}
      />
    </>
  );
}

function CreatedAndResolved({ filter }: ReportProps) {
  const { t } = useLingui();
  const report = useQuery(daysReport(filter));
  return (
    <ReportSection title={<Trans>Opened and resolved</Trans>} name="days" filter={filter} report={report}>
      {(rows) => <DaysFigures rows={rows} caption={t`Opened and resolved`} />}
    </ReportSection>
  );
}

function DaysFigures({ rows, caption }: { rows: Schemas['TicketDayDto'][]; caption: string }) {
  const { t, i18n } = useLingui();
  const days = useMemo(() => {
    const format = new Intl.DateTimeFormat(i18n.locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
    return rows.map(({ day }) => format.format(new Date(`${day}T00:00Z`)));
  }, [rows, i18n.locale]);
  const series = useMemo(
    () => [
      { name: t`Opened`, values: rows.map(({ created }) => created), colour: '--accent' as const },
      { name: t`Resolved`, values: rows.map(({ resolved }) => resolved), colour: '--good-text' as const },
    ],
    [rows, t],
  );
  return (
    <>
      <Plot kind="lines" labels={days} series={series} />
      <TableBehind
        caption={caption}
        columns={[t`Day`, t`Opened`, t`Resolved`]}
        rows={rows.map(({ day, created, resolved }, at) => ({
          id: day,
          name: days[at] ?? day,
          cells: [created, resolved].map((count) => count.toLocaleString(i18n.locale)),
        }))}
      />
    </>
  );
}

function Times({ filter }: ReportProps) {
  const { t, i18n } = useLingui();
  const report = useQuery(timesReport(filter));
  const names = { FIRST_RESPONSE: t`First response`, RESOLUTION: t`Resolution` };
  return (
    <ReportSection title={<Trans>How long it took</Trans>} name="times" filter={filter} report={report}>
      {(rows) => (
        <>
          <dl className="grid gap-4 sm:grid-cols-2">
            {rows.map(({ measure, medianSeconds, tickets }) => (
              <div key={measure}>
                <dt className="text-xs font-medium text-muted">{names[measure]}</dt>
                <dd className="text-2xl font-semibold tabular-nums">{durationOf(medianSeconds, i18n.locale)}</dd>
                <dd className="text-xs text-muted">
                  <Plural value={tickets} one="Median of # ticket" other="Median of # tickets" />
                </dd>
              </div>
            ))}
          </dl>
          <TableBehind
            caption={t`How long it took`}
            columns={[t`Measure`, t`Tickets`, t`Half within`, t`Nine of ten within`, t`Average`]}
            rows={rows.map(({ measure, tickets, medianSeconds, p90Seconds, averageSeconds }) => ({
              id: measure,
              name: names[measure],
              cells: [
                tickets.toLocaleString(i18n.locale),
                ...[medianSeconds, p90Seconds, averageSeconds].map((each) => durationOf(each, i18n.locale)),
              ],
            }))}
          />
        </>
      )}
    </ReportSection>
  );
}

function Shares({ of, filter }: ReportProps & { of: 'groups' | 'agents' }) {
  const { t, i18n } = useLingui();
  const report = useQuery(sharesReport(of, filter));
  const [title, first, none] =
    of === 'groups' ? [t`By group`, t`Group`, t`No group`] : [t`By agent`, t`Agent`, t`Nobody`];
  return (
    <ReportSection title={title} name={of} filter={filter} report={report}>
      {(rows) => (
        <ReportTable
          caption={title}
          columns={[first, t`Opened`, t`Resolved`, t`Unsolved now`, t`First response`, t`Resolution`]}
          rows={rows.map((row) => ({
            id: row.id ?? 'none',
            name: row.name ?? none,
            cells: [
              ...[row.created, row.resolved, row.unsolved].map((count) => count.toLocaleString(i18n.locale)),
              ...[row.medianFirstResponseSeconds, row.medianResolutionSeconds].map((each) =>
                durationOf(each, i18n.locale),
              ),
            ],
          }))}
        />
      )}
    </ReportSection>
  );
}
