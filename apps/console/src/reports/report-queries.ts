import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../api/client.js';

/** Of which tickets, on how many days up to today. */
export interface ReportFilter {
  readonly days: number;
  readonly group: string;
  readonly assignedTo: string;
}

export type ReportName = 'open' | 'days' | 'times' | 'groups' | 'agents';

/** Figures change with every ticket; nobody watches them change. */
const kept = { staleTime: 60_000, placeholderData: keepPreviousData };

export function openReport(filter: ReportFilter) {
  const query = whichOf(filter);
  return queryOptions({
    ...kept,
    queryKey: ['report', 'open', query],
    queryFn: ({ signal }) => rowsOf(api.GET('/api/v1/reports/tickets/open', { params: { query }, signal })),
  });
}

export function daysReport(filter: ReportFilter) {
  const query = periodOf(filter);
  return queryOptions({
    ...kept,
    queryKey: ['report', 'days', query],
    queryFn: ({ signal }) => rowsOf(api.GET('/api/v1/reports/tickets/days', { params: { query }, signal })),
  });
}

export function timesReport(filter: ReportFilter) {
  const query = periodOf(filter);
  return queryOptions({
    ...kept,
    queryKey: ['report', 'times', query],
    queryFn: ({ signal }) => rowsOf(api.GET('/api/v1/reports/tickets/times', { params: { query }, signal })),
  });
}

/** The figures of each group, or of each agent. */
export function sharesReport(of: 'groups' | 'agents', filter: ReportFilter) {
  const query = periodOf(filter);
  return queryOptions({
    ...kept,
    queryKey: ['report', of, query],
    queryFn: ({ signal }) =>
      of === 'groups'
        ? rowsOf(api.GET('/api/v1/reports/tickets/groups', { params: { query }, signal }))
        : rowsOf(api.GET('/api/v1/reports/tickets/agents', { params: { query }, signal })),
  });
}

/** The same rows as a CSV file. */
export function reportFile(name: ReportName, filter: ReportFilter): Promise<Blob> {
  const query = name === 'open' ? whichOf(filter) : periodOf(filter);
  const init = { params: { query }, parseAs: 'blob' as const };
  switch (name) {
    case 'open':
      return unwrap(api.GET('/api/v1/reports/tickets/open.csv', init));
    case 'days':
      return unwrap(api.GET('/api/v1/reports/tickets/days.csv', init));
    case 'times':
      return unwrap(api.GET('/api/v1/reports/tickets/times.csv', init));
    case 'groups':
      return unwrap(api.GET('/api/v1/reports/tickets/groups.csv', init));
    case 'agents':
      return unwrap(api.GET('/api/v1/reports/tickets/agents.csv', init));
  }
}

/** A report's rows: without asking for CSV the answer is JSON. */
async function rowsOf<Row>(call: Parameters<typeof unwrap<string | { data: Row[] }>>[0]): Promise<Row[]> {
  const answer = await unwrap(call);
  return typeof answer === 'string' ? [] : answer.data;
}

function whichOf({ group, assignedTo }: ReportFilter) {
  return { ...(group === '' ? {} : { group }), ...(assignedTo === '' ? {} : { assignedTo }) };
}

/** The reader's days: they begin and end where the reader is. */
function periodOf(filter: ReportFilter) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const to = dayOf(Date.now(), timeZone);
  const from = new Date(Date.parse(to) - (filter.days - 1) * 86_400_000).toISOString().slice(0, 10);
  return { ...whichOf(filter), from, to, timeZone };
}

function dayOf(at: number, timeZone: string): string {
  // Swedish writes days as ISO 8601 does.
  return new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone }).format(at);
}
