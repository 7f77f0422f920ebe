import { ConnectedQueue, ConnectedWorker } from '@helpdeskly/queue';
import { BullModule } from '@nestjs/bullmq';

// @nestjs/bullmq creates queues and workers of these classes, from its first registerQueue on: its callers import this file.
BullModule.queueClass = ConnectedQueue;
BullModule.workerClass = ConnectedWorker;
