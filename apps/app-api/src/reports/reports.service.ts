import { ValidationFailed } from '@helpdeskly/errors';
import { sqlState } from '@helpdeskly/database';
import { TenantDatabase } from '@helpdeskly/tenancy';
import { Injectable } from '@nestjs/common';
import type {
  AgentsReportDto,
  DaysReportDto,
  GroupsReportDto,
  OpenReportDto,
  ReportDaysDto,
  ReportFilterQuery,
  ReportQuery,
  TimesReportDto,
} from './reports.dto.js';
import { readDays, readOpen, readShares, readTimes } from './reports.queries.js';

const dayMs = 86_400_000;
const mostDays = 366;
const invalidParameterValue = '22023';

/** Figures of a helpdesk's tickets, each report by one statement. */
@Injectable()
export class Reports {
  constructor(private readonly db: TenantDatabase) {}

  async open(filter: ReportFilterQuery): Promise<OpenReportDto> {
    const data = await readOpen(this.db.reader, filter);
    return { data, meta: { at: new Date().toISOString() } };
  }

  days(query: ReportQuery): Promise<DaysReportDto> {
    return reported(query, (days) => readDays(this.db.reader, days, query));
  }

  times(query: ReportQuery): Promise<TimesReportDto> {
    return reported(query, (days) => readTimes(this.db.reader, days, query));
  }

  groups(query: ReportQuery): Promise<GroupsReportDto> {
    return reported(query, (days) => readShares(this.db.reader, 'Group', days, query));
  }

  agents(query: ReportQuery): Promise<AgentsReportDto> {
    return reported(query, (days) => readShares(this.db.reader, 'User', days, query));
  }
}

/** Throws ValidationFailed for days that are too many or the wrong way round, and for a zone that PostgreSQL does not know. */
async function reported<Row>(
  query: ReportQuery,
  read: (days: ReportDaysDto) => PromiseLike<Row[]>,
): Promise<{ data: Row[]; meta: ReportDaysDto }> {
  const meta = daysOf(query);
  try {
    return { data: await read(meta), meta };
  } catch (error) {
    if (sqlState(error) !== invalidParameterValue) throw error;
    throw wrong('timeZone', 'unknown', `${meta.timeZone} is no time zone that the database knows.`);
  }
}

/** Throws ValidationFailed. */
function daysOf({ from, to, timeZone = 'UTC' }: ReportQuery, now = new Date()): ReportDaysDto {
  const last = to ?? dayIn(timeZone, now);
  const first = from ?? daysBefore(last, 29);
  const days = (Date.parse(last) - Date.parse(first)) / dayMs + 1;
  if (days < 1) throw wrong('from', 'out_of_range', 'The first day is after the last one.');
  if (days > mostDays) throw wrong('from', 'out_of_range', `A report covers at most ${mostDays} days.`);
  return { from: first, to: last, timeZone };
}

/** Which day it is there. */
function dayIn(timeZone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const { year, month, day } = Object.fromEntries(parts.formatToParts(now).map(({ type, value }) => [type, value]));
  return `${year}-${month}-${day}`;
}

const daysBefore = (day: string, count: number) => new Date(Date.parse(day) - count * dayMs).toISOString().slice(0, 10);

const wrong = (field: string, code: string, message: string) => new ValidationFailed([{ field, code, message }]);
