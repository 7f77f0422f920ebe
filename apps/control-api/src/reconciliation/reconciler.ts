import { ControlDatabase, Secrets, type ReconciliationFinding, type Tenant } from '@helpdeskly/catalog';
import { describeFailure } from '@helpdeskly/database';
import { Logger } from '@nestjs/common';
import { ServerConnections } from '../server-connections/server-connections.js';
import { ControlLocks } from '../locks/control-locks.js';
import type { TemplateDatabases } from '../tenant-databases/template-database.js';
import type { TenantMigrations } from '../tenant-databases/tenant-migrations.js';
import { compareServer, isServed, type CatalogSide } from './compare-server.js';
import { CredentialCheck } from './credential-check.js';
import { templateGraceMs } from './finding.js';
import { FindingsBook } from './findings-book.js';
import { QueueComparison } from './queue-comparison.js';
import { Remedies } from './remedies.js';
import { surveyServer } from './server-survey.js';

/** The place of findings that are about jobs. */
export const queuesPlace = 'queues';

export interface ReconcilerSettings {
  readonly installation: string;
  /** How long something has to have been seen before it is acted on, in milliseconds. */
  readonly minimumAgeMs: number;
  readonly statementTimeoutMs: number;
}

/**
 * Compares the catalog with the servers and the queues, both ways, and acts on what it has seen twice and for long enough.
 * One process at a time. It never touches a database that this installation did not make, nor one that has ever served.
 */
export class Reconciler {
  private readonly log = new Logger('Reconciler');
  private readonly book: FindingsBook;
  private readonly credentials: CredentialCheck;

  constructor(
    private readonly control: ControlDatabase,
    secrets: Secrets,
    private readonly servers: ServerConnections,
    private readonly locks: ControlLocks,
    private readonly templates: TemplateDatabases,
    private readonly migrations: TenantMigrations,
    private readonly queues: QueueComparison,
    private readonly remedies: Remedies,
    private readonly settings: ReconcilerSettings,
  ) {
    this.book = new FindingsBook(control);
    this.credentials = new CredentialCheck(secrets);
  }

  /** Nothing when another process is at it. */
  async run(): Promise<void> {
    await this.locks.tryHold('helpdeskly', 'reconciliation', () => this.reconcile());
  }

  private async reconcile(): Promise<void> {
    await this.migrations.refresh(); // Else the template of a newer schema would look like one of an older.
    const places = await this.servers.ids('ACTIVE', 'DRAINING');
    for (const id of places) {
      await this.at(id, async () => {
        const server = await this.servers.server(id);
        const survey = await surveyServer(server.admin); // First: what is made later has its row already.
        const tenants = await this.control.client.tenant.findMany({ where: { serverId: id } });
        const refused = await this.credentials.refused(server, survey, tenants.filter(isServed));
        await this.book.record(id, compareServer(survey, await this.catalogSide(id, tenants, refused)));
        await this.actAt(id, (finding) => this.remedies.act(server, finding));
      });
    }
    await this.at(queuesPlace, async () => {
      await this.book.record(queuesPlace, await this.queues.compare());
      await this.actAt(queuesPlace, (finding) => this.queues.act(finding));
    });
    await this.book.tidy([...places, queuesPlace]);
  }

  /** A place that is away keeps nobody from looking at the others. */
  private async at(place: string, look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      const reason = describeFailure(error);
      this.log.warn(`${place} could not be compared: ${reason}`);
      await this.book.recordFailure(place, reason);
    }
  }

  private async actAt(place: string, act: (finding: ReconciliationFinding) => Promise<boolean>): Promise<void> {
    for (const finding of await this.book.due(place, this.settings.minimumAgeMs, templateGraceMs)) {
      try {
        if (await act(finding)) await this.book.resolve(finding);
        else await this.book.vanish(finding);
        this.log.log({ msg: 'A finding is settled.', kind: finding.kind, subject: finding.subject });
      } catch (error) {
        const reason = describeFailure(error);
        this.log.warn({ msg: `A finding stays: ${reason}`, kind: finding.kind, subject: finding.subject });
        await this.book.resist(finding.id, reason);
      }
    }
  }

  private async catalogSide(
    serverId: string,
    tenants: readonly Tenant[],
    refused: ReadonlySet<string>,
  ): Promise<CatalogSide> {
    const { installation, statementTimeoutMs } = this.settings;
    const warm = await this.control.client.warmDatabase.findMany({ where: { serverId } });
    return {
      installation,
      statementTimeoutMs,
      refused,
      tenants,
      warm: warm.map(({ name, state }) => ({ name, ready: state === 'READY' })),
      template: this.templates.name,
    };
  }
}
