import { TenantCatalog } from '@helpdeskly/catalog';
import type { AppConfig } from '@helpdeskly/config';
import {
  appQueueSchema,
  QueueMetrics,
  TenantTimerWorker,
  type QueuePlace,
  type RoundProgress,
  type TenantJob,
  type TenantTimer,
  type TimerVisit,
} from '@helpdeskly/queue';
import { AcceptedWork } from '@helpdeskly/service';
import type { FactoryProvider, Type } from '@nestjs/common';
import { TenantRounds, type Survey } from './tenant-rounds.js';

/** Of each queue and each worker to PostgreSQL: their statements are few and short. */
const connections = 2;

type TimerClass = new (...values: ConstructorParameters<typeof TenantTimer>) => TenantTimer;

/** Does what is due in a tenant. */
interface Visits {
  visit(job: TenantJob): Promise<TimerVisit>;
}

/** Where the app API's queues are; undefined while there is no place for them. */
export function queuePlaceOf({ redisUrl, queueDatabaseUrl }: AppConfig): QueuePlace | undefined {
  if (redisUrl === undefined && queueDatabaseUrl === undefined) return undefined;
  return { redisUrl, databaseUrl: queueDatabaseUrl ?? '', schema: appQueueSchema, connections };
}

/** A timer of the app API, for every process that expects something of it. */
export function timerProvider(
  timer: TimerClass,
  settings: Omit<ConstructorParameters<typeof TenantTimer>[0], 'installationKey'>,
): FactoryProvider<TenantTimer> {
  return {
    provide: timer,
    inject: [TenantCatalog, QueueMetrics],
    useFactory: (catalog: TenantCatalog, metrics: QueueMetrics) =>
      new timer({ ...settings, installationKey: () => catalog.installationKey() }, metrics),
  };
}

/** What takes a timer's jobs, for the processes that do. `surveyMs` is the time in which every tenant is looked at once. */
export function timerWorkerProvider(
  timer: TimerClass,
  [visits, survey]: readonly [Type<Visits>, Type<Survey>],
  { surveyMs }: { readonly surveyMs: number },
): FactoryProvider<TenantTimerWorker> {
  return {
    provide: `${timer.name}Worker`,
    inject: [timer, visits, survey, TenantRounds, QueueMetrics, AcceptedWork],
    useFactory: (
      of: TenantTimer,
      due: Visits,
      sought: Survey,
      rounds: TenantRounds,
      metrics: QueueMetrics,
      accepted: AcceptedWork,
    ) => {
      const work = {
        visit: (job: TenantJob) => due.visit(job),
        survey: (progress: RoundProgress) => rounds.step(sought, progress, surveyMs),
      };
      return new TenantTimerWorker(of, work, { metrics, accepted }, { surveyMs });
    },
  };
}
