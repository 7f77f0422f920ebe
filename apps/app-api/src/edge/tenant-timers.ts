import { TenantCatalog } from '@helpdeskly/catalog';
import type { AppConfig } from '@helpdeskly/config';
import {
  appQueueSchema,
  QueueMetrics,
  TenantTimerWorker,
  type QueuePlace,
  type RoundProgress,
  type RoundStep,
  type TenantJob,
  type TenantTimer,
  type TimerVisit,
} from '@helpdeskly/queue';
import { AcceptedWork } from '@helpdeskly/service';
import type { FactoryProvider, Type } from '@nestjs/common';

/** Of each queue and each worker to PostgreSQL: their statements are few and short. */
const connections = 2;

type TimerClass = new (...values: ConstructorParameters<typeof TenantTimer>) => TenantTimer;

/** Does what is due in a tenant. */
interface Visits {
  visit(job: TenantJob): Promise<TimerVisit>;
}

/** Takes a step of the round through all tenants. */
interface Survey {
  next(progress: RoundProgress): Promise<RoundStep>;
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

/** What takes a timer's jobs, for the processes that do; `surveyMs` as TenantTimerWorker has it. */
export function timerWorkerProvider(
  timer: TimerClass,
  [visits, survey]: readonly [Type<Visits>, Type<Survey>],
  settings: { readonly surveyMs: number },
): FactoryProvider<TenantTimerWorker> {
  return {
    provide: `${timer.name}Worker`,
    inject: [timer, visits, survey, QueueMetrics, AcceptedWork],
    useFactory: (of: TenantTimer, due: Visits, round: Survey, metrics: QueueMetrics, accepted: AcceptedWork) => {
      const work = { visit: due.visit.bind(due), survey: round.next.bind(round) };
      return new TenantTimerWorker(of, work, { metrics, accepted }, settings);
    },
  };
}
