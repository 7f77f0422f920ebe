import { createHash } from 'node:crypto';
import { ControlDatabase } from '@helpdeskly/catalog';
import { Cursors, type Page } from '@helpdeskly/http';
import { Injectable } from '@nestjs/common';
import { withoutValues } from './cause-message.js';
import type { MigrationCauseGroupDto } from './migration-run.dto.js';
import type { ListMigrationCausesQuery } from './migration-runs.dto.js';
import { MigrationRuns } from './migration-runs.service.js';

/** How many tenants are named with each cause. */
const mostNamed = 10;

interface Failure {
  readonly sqlState: string | null;
  readonly migration: string | null;
  readonly statement: string | null;
  readonly error: string | null;
  readonly slug: string;
}

/** Groups a run's failures by their causes. */
@Injectable()
export class MigrationCauses {
  constructor(
    private readonly control: ControlDatabase,
    private readonly cursors: Cursors,
    private readonly runs: MigrationRuns,
  ) {}

  /** Throws NotFound. */
  async list(id: string, query: ListMigrationCausesQuery): Promise<Page<MigrationCauseGroupDto>> {
    const { id: runId } = await this.runs.row(id);
    const sort = query.sort ?? '-count';
    const scope = ['migration-runs/causes', runId, sort];
    const request = this.cursors.request(query, scope);
    const groups = await this.groups(runId);
    const ordered = sort === '-count' ? groups : [...groups].reverse();
    const after = request.after === undefined ? -1 : ordered.findIndex((group) => keyOf(group) === request.after?.[0]);
    return this.cursors.page(
      ordered.slice(after + 1, after + 2 + request.limit),
      request,
      scope,
      (group) => [keyOf(group)],
      (group) => group,
      request.total ? groups.length : undefined,
    );
  }

  /** The most frequent first; those as frequent as each other by the first tenant. */
  private async groups(runId: string): Promise<readonly MigrationCauseGroupDto[]> {
    const failures = await this.control.client.$queryRaw<Failure[]>`
      SELECT m."sqlState", m."migration", m."statement", m."error", t."slug"
        FROM "TenantMigration" m JOIN "Tenant" t ON t."id" = m."tenantId"
       WHERE m."runId" = ${runId}::uuid AND m."state" IN ('FAILED', 'DRIFTED')
       ORDER BY m."position"`;
    const groups = new Map<string, MigrationCauseGroupDto>();
    for (const { sqlState, migration, statement, error, slug } of failures) {
      const cause = { sqlState, migration, statement, message: withoutValues(error ?? '') };
      const key = keyOf(cause);
      const group = groups.get(key) ?? { ...cause, count: 0, tenants: [] };
      groups.set(key, group);
      group.count++;
      if (group.tenants.length < mostNamed) group.tenants.push(slug);
    }
    return [...groups.values()].sort((a, b) => b.count - a.count);
  }
}

type Cause = Pick<MigrationCauseGroupDto, 'sqlState' | 'migration' | 'statement' | 'message'>;

function keyOf({ sqlState, migration, statement, message }: Cause): string {
  return createHash('sha256')
    .update(JSON.stringify([sqlState, migration, statement, message]))
    .digest('base64url');
}
