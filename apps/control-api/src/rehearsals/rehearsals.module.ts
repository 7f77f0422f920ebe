import { Module } from '@nestjs/common';
import { DriftComparison } from '../drift/drift-comparison.js';
import { JobRunners } from '../queues/job-runner.js';
import { FleetSizes } from './fleet-sizes.js';
import { RehearsalRunner, RehearsalTools } from './rehearsal-runner.js';
import { RehearsalsController } from './rehearsals.controller.js';
import { RehearsalRepository } from './rehearsals.queries.js';
import { Rehearsals } from './rehearsals.service.js';
import { TenantCopies } from './tenant-copies.js';
import { TenantRehearsal } from './tenant-rehearsal.js';

@Module({ controllers: [RehearsalsController], providers: [Rehearsals] })
export class RehearsalsModule {}

/** Carries rehearsals out. */
@Module({
  providers: [
    DriftComparison,
    FleetSizes,
    JobRunners,
    RehearsalRepository,
    RehearsalRunner,
    RehearsalTools,
    TenantCopies,
    TenantRehearsal,
  ],
})
export class RehearsalWorkersModule {}
