import { ConnectedQueue, ConnectedWorker } from '@helpdeskly/queue';
import { BullModule } from '@nestjs/bullmq';

// @nestjs/bullmq makes queues and workers of these, from its first registerQueue on: whoever calls that imports this file.
BullModule.queueClass = ConnectedQueue;
BullModule.workerClass = ConnectedWorker;
