import type { ReconciliationFinding } from '@helpdeskly/catalog';
import type { ControlConfig } from '@helpdeskly/config';
import { describeFailure } from '@helpdeskly/database';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { controlConfig } from '../configuration/tokens.js';
import { templateGraceMs, type Finding } from './finding.js';
import { FindingsRepository } from './findings-repository.js';

/** The result of one comparison of a place. */
export interface Comparison {
  readonly findings: readonly Finding[];
  /** Returns whether there was still something to do. */
  readonly act: (finding: ReconciliationFinding) => Promise<boolean>;
}

/** Compares one place (a server, or the queues), and acts on what it has seen there twice and for long enough. */
@Injectable()
export class PlaceReconciliation {
  private readonly log = new Logger('Reconciler');

  constructor(
    private readonly findings: FindingsRepository,
    @Inject(controlConfig) private readonly config: ControlConfig,
  ) {}

  /** A place that is away does not delay the others. */
  async run(place: string, compare: () => Promise<Comparison>): Promise<void> {
    try {
      const { findings, act } = await compare();
      await this.findings.record(place, findings);
      await this.actAt(place, act);
    } catch (error) {
      const reason = describeFailure(error);
      this.log.warn(`${place} could not be compared: ${reason}`);
      await this.findings.recordFailure(place, reason);
    }
  }

  private async actAt(place: string, act: Comparison['act']): Promise<void> {
    for (const finding of await this.findings.due(place, this.config.reconciliationMinimumAgeMs, templateGraceMs)) {
      try {
        if (await act(finding)) await this.findings.resolve(finding);
        else await this.findings.vanish(finding);
        this.log.log({ msg: 'A finding is settled.', kind: finding.kind, subject: finding.subject });
      } catch (error) {
        const reason = describeFailure(error);
        this.log.warn({ msg: `A finding stays: ${reason}`, kind: finding.kind, subject: finding.subject });
        await this.findings.resist(finding.id, reason);
      }
    }
  }
}
