import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { DriftComparison } from '../drift/drift-comparison.js';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import '../queues/queue-backend.js';
import { TenantRoleSpecs } from '../tenant-databases/tenant-role-specs.js';
import { Evacuations } from './evacuations.js';
import { FormerDatabases } from './former-databases.js';
import { Handover } from './handover.js';
import { MoveCopies } from './move-copies.js';
import { MoveOrders } from './move-orders.js';
import { MoveQueue, moveQueueName } from './move-queue.js';
import { MoveRecord } from './move-record.js';
import { MoveRequirements } from './move-requirements.js';
import { MoveRoles } from './move-roles.js';
import { MoveSweep } from './move-sweep.js';
import { MoveSwitch } from './move-switch.js';
import { MoveWorker } from './move-worker.js';
import { MovedLeftovers } from './moved-leftovers.js';
import { MovesController } from './moves.controller.js';
import { Moves } from './moves.service.js';
import { MovePlaces, TenantMover } from './tenant-mover.js';

/** How often moves are looked for that the queue has lost, and evacuations go on. */
const sweepMs = 5000;

const orders = [Evacuations, MoveOrders, MoveQueue, MoveRequirements];

@Module({
  imports: [BullModule.registerQueue({ name: moveQueueName })],
  providers: orders,
  exports: orders,
})
class MoveOrdersModule {}

/** The API's part: takes orders of operators. */
@Module({ imports: [MoveOrdersModule], controllers: [MovesController], providers: [Moves] })
export class MovesModule {}

/** The workers' part: carries tenants to other servers. */
@Module({
  imports: [MoveOrdersModule],
  providers: [
    DriftComparison,
    FormerDatabases,
    Handover,
    MoveCopies,
    MovePlaces,
    MoveRecord,
    MoveRoles,
    MoveSweep,
    MoveSwitch,
    MoveWorker,
    MovedLeftovers,
    TenantMover,
    TenantRoleSpecs,
    {
      provide: 'move sweep',
      inject: [BackgroundMetrics, MoveSweep],
      useFactory: (background: BackgroundMetrics, sweep: MoveSweep) =>
        new BackgroundWatch(background, 'move_sweep', () => sweep.run(), sweepMs),
    },
  ],
})
export class MoveWorkersModule {}
