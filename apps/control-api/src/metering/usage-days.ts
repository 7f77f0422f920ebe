import { ControlDatabase } from '@helpdeskly/catalog';
import { ValidationFailed } from '@helpdeskly/errors';
import { Injectable } from '@nestjs/common';
import { identify } from '../tenants/tenant-finder.js';
import type { UsageDayDto, UsageDaysDto, UsageDaysQuery } from './usage-days.dto.js';

const dayMs = 86_400_000;
const mostDays = 366;
const usualDays = 30;

/** What tenants used, by the days of their rows. A day without a row was quiet: users and storage are those of the day before. */
@Injectable()
export class UsageDays {
  constructor(private readonly control: ControlDatabase) {}

  /** Of a tenant by id or slug. Throws NotFound and ValidationFailed. */
  async of(idOrSlug: string, query: UsageDaysQuery): Promise<UsageDaysDto & { slug: string }> {
    const { id, slug } = await identify(this.control, idOrSlug);
    const { from, to } = spanOf(query);
    const data = await this.control.client.$queryRaw<UsageDayDto[]>`
      SELECT g."day"::date::text AS "day", coalesce(d."requests", 0)::float8 AS "requests", coalesce(d."tickets", 0)::float8 AS "tickets",
             coalesce(u."users", 0) AS "users", coalesce(s."storageBytes", 0)::float8 AS "storageBytes",
             coalesce(d."peakConnections", 0) AS "peakConnections"
        FROM generate_series(${from}::date, least(${to}::date, (now() AT TIME ZONE 'UTC')::date), interval '1 day') AS g ("day")
        JOIN "Tenant" t ON t."id" = ${id}::uuid AND g."day" >= (t."createdAt" AT TIME ZONE 'UTC')::date
        LEFT JOIN "TenantDay" d ON d."tenantId" = t."id" AND d."day" = g."day"
        LEFT JOIN LATERAL (SELECT l."users" FROM "TenantDay" l
                            WHERE l."tenantId" = t."id" AND l."day" <= g."day" AND l."users" IS NOT NULL ORDER BY l."day" DESC LIMIT 1) u ON true
        LEFT JOIN LATERAL (SELECT l."storageBytes" FROM "TenantDay" l
                            WHERE l."tenantId" = t."id" AND l."day" <= g."day" AND l."storageBytes" IS NOT NULL ORDER BY l."day" DESC LIMIT 1) s ON true
       ORDER BY g."day"`;
    return { slug, data, meta: { from, to } };
  }
}

/** The days that are asked for. Throws ValidationFailed. */
function spanOf(query: UsageDaysQuery): { from: string; to: string } {
  const to = query.to?.slice(0, 10) ?? new Date().toISOString().slice(0, 10);
  const from = query.from?.slice(0, 10) ?? dayBefore(to, usualDays - 1);
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  const broken = (code: string, message: string) => new ValidationFailed([{ field: 'to', code, message }]);
  if (days < 1) throw broken('before_from', '`to` is not before `from`.');
  if (days > mostDays) throw broken('out_of_range', `Ask for at most ${mostDays} days.`);
  return { from, to };
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * dayMs).toISOString().slice(0, 10);
}
