import { ConnectedQueue, ConnectedWorker } from '@helpdeskly/queue';
import { BullModule } from '@nestjs/bullmq';

// @nestjs/bullmq makes queues and workers of these.
BullModule.queueClass = ConnectedQueue;
BullModule.workerClass = ConnectedWorker;
