import type { AppConfig } from '@helpdeskly/config';
import { type DynamicModule, Module } from '@nestjs/common';
import { timerProvider, timerWorkerProvider } from '../edge/tenant-timers.js';
import { WebhookAddresses } from './webhook-addresses.js';
import { WebhookAttempts, WebhookDrain } from './webhook-attempts.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookDeliveries } from './webhook-deliveries.service.js';
import { WebhookInterest } from './webhook-interest.js';
import { WebhookList } from './webhook-list.service.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookOutcomes } from './webhook-outcomes.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhookSettings } from './webhook-settings.js';
import { WebhookSurvey } from './webhook-survey.js';
import { WebhookTimer } from './webhook-timer.js';
import { WebhookUrls } from './webhook-urls.js';
import { WebhookVisits } from './webhook-visits.js';
import { WebhookWrites } from './webhook-writes.js';
import { WebhooksController } from './webhooks.controller.js';
import { Webhooks } from './webhooks.service.js';

const backoffMs = 5000;

/** Tells programs of events of tickets. `WebhookDeliveryModule` alone is for processes that only take jobs. */
@Module({
  controllers: [WebhooksController, WebhookDeliveriesController],
  providers: [Webhooks, WebhookList, WebhookDeliveries, WebhookWrites, WebhookUrls],
})
export class WebhooksModule {}

/** Sends deliveries: for processes that write tickets, and for those that take the jobs. */
@Module({})
export class WebhookDeliveryModule {
  static forRoot(config: AppConfig, { workers }: { readonly workers: boolean }): DynamicModule {
    const settings = new WebhookSettings(config);
    const { place, allowPrivate } = settings;
    return {
      module: WebhookDeliveryModule,
      global: true,
      providers: [
        { provide: WebhookSettings, useValue: settings },
        { provide: WebhookAddresses, useValue: new WebhookAddresses(allowPrivate) },
        timerProvider(WebhookTimer, { name: 'webhooks', job: 'deliver', place, backoffMs }),
        WebhookInterest,
        WebhookSecrets,
        WebhookOutcomes,
        WebhookSender,
        ...(workers
          ? [
              WebhookMetrics,
              WebhookAttempts,
              WebhookDrain,
              WebhookVisits,
              WebhookSurvey,
              timerWorkerProvider(WebhookTimer, [WebhookVisits, WebhookSurvey], settings),
            ]
          : []),
      ],
      exports: [WebhookAddresses, WebhookSecrets, WebhookSender, WebhookSettings, WebhookTimer],
    };
  }
}
