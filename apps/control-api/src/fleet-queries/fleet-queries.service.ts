import { randomUUID } from 'node:crypto';
import { ControlDatabase } from '@helpdeskly/catalog';
import { InvalidReference, ValidationFailed } from '@helpdeskly/errors';
import { isUuid, WrittenAnswer, type Json } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { recordEvent, type Origin } from '../audit/audit-trail.js';
import { ControlLocks } from '../locks/control-locks.js';
import { isKept } from '../tenant-status/tenant-policy.js';
import { FleetQueryInProgress } from './errors.js';
import { defaultTimeoutMs, type AskFleetDto, type FleetAnswerDto, type FleetTenantDto } from './fleet-query.dto.js';
import { grammarStates } from './fleet-statement.js';
import { FleetLanes } from './fleet-lanes.js';
import type { FleetOrder, FleetTenant, TenantAnswer } from './tenant-query.js';

/** Asks many tenants' databases the same. */
@Injectable()
export class FleetQueries {
  constructor(
    private readonly control: ControlDatabase,
    private readonly locks: ControlLocks,
    private readonly lanes: FleetLanes,
  ) {}

  /**
   * Throws ValidationFailed for what is not one reading statement, InvalidReference for a tenant that is not there or has no database,
   * FleetQueryInProgress.
   */
  async ask(origin: Origin, input: AskFleetDto, signal: AbortSignal): Promise<WrittenAnswer<FleetAnswerDto>> {
    const { sql, timeoutMs = defaultTimeoutMs } = input;
    const tenants = await this.tenantsOf(input.tenants);
    const order = { id: randomUUID(), origin, sql, timeoutMs };
    let answers: ReadonlyMap<string, TenantAnswer> | undefined;
    await this.locks.tryHold('helpdeskly', 'fleet query', async () => {
      await this.record(order, tenants);
      answers = await this.lanes.ask(order, tenants, signal);
    });
    if (answers === undefined) throw new FleetQueryInProgress();
    assertStatement(answers);
    return written(order.id, tenants, answers);
  }

  /** Before anything is read. */
  private async record({ id, origin, sql, timeoutMs }: FleetOrder, tenants: readonly FleetTenant[]): Promise<void> {
    const details = { id, sql, timeoutMs, tenants: tenants.length };
    await recordEvent(this.control.client, origin, { action: 'fleet_query.run', details });
  }

  private async tenantsOf(names: readonly string[] | undefined): Promise<FleetTenant[]> {
    const [ids, slugs] = [names?.filter(isUuid) ?? [], names?.filter((name) => !isUuid(name)) ?? []];
    const rows = await this.control.client.tenant.findMany({
      where:
        names === undefined
          ? { status: { in: isKept.statuses } }
          : { OR: [{ id: { in: ids } }, { slug: { in: slugs } }] },
      select: { id: true, slug: true, serverId: true, databaseName: true, status: true },
      orderBy: { slug: 'asc' },
    });
    const known = new Map(rows.flatMap((row) => [[row.id, row] as const, [row.slug, row] as const]));
    for (const [index, name] of (names ?? []).entries()) {
      const row = known.get(name.toLowerCase());
      if (row === undefined) throw new InvalidReference(`tenants.${index}`, `There is no tenant ${name}.`);
      if (!isKept(row.status))
        throw new InvalidReference(`tenants.${index}`, `The tenant ${row.slug} is ${row.status}: it cannot be asked.`);
    }
    return rows;
  }
}

/** What the grammar refuses, every database refuses alike. */
function assertStatement(answers: ReadonlyMap<string, TenantAnswer>): void {
  for (const { error } of answers.values())
    if (error !== null && grammarStates.includes(error.sqlState ?? ''))
      throw new ValidationFailed([
        { field: 'sql', code: 'malformed', message: `This is not one statement that reads: ${error.message}` },
      ]);
}

/** The rows are JSON already, with exact numbers. */
function written(
  id: string,
  tenants: readonly FleetTenant[],
  answers: ReadonlyMap<string, TenantAnswer>,
): WrittenAnswer<FleetAnswerDto> {
  const told: FleetTenantDto[] = [];
  const rows: string[] = [];
  for (const { id: tenantId, slug: tenantSlug } of tenants) {
    const answer = answers.get(tenantId) ?? notAsked;
    const { truncated, durationMs, error } = answer;
    told.push({ tenantId, tenantSlug, rows: answer.rows.length, truncated, durationMs, error });
    for (const row of answer.rows) rows.push(`{"tenantSlug":${JSON.stringify(tenantSlug)},"row":${row}}`);
  }
  const failed = told.filter(({ error }) => error !== null).length;
  const truncated = told.filter((tenant) => tenant.truncated).length;
  const coverage = { tenants: told.length, answered: told.length - failed, failed, truncated };
  const json = `{"id":"${id}","coverage":${JSON.stringify(coverage)},"rows":[${rows.join(',')}],"tenants":${JSON.stringify(told)}}`;
  return new WrittenAnswer(json as Json<FleetAnswerDto>);
}

const notAsked: TenantAnswer = {
  rows: [],
  truncated: false,
  durationMs: 0,
  error: { code: 'not_asked', sqlState: null, message: 'The query had taken too long, or found too much, before.' },
};
