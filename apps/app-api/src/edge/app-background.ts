import { Metrics } from '@helpdeskly/service';
import { BackgroundRuns } from '@helpdeskly/queue';
import { Inject, Injectable } from '@nestjs/common';

const tasks = [
  'auto_close_survey',
  'bulk_survey',
  'webhook_survey',
  'send_survey',
  'mail_survey',
  'inbound_mail_survey',
  'transfer_survey',
  'attachment_orphans',
  'usage_report',
] as const;

export type BackgroundTask = (typeof tasks)[number];

/** What app-api does again and again by itself. */
@Injectable()
export class AppBackground extends BackgroundRuns<BackgroundTask> {
  constructor(@Inject(Metrics) metrics: Metrics) {
    super(metrics, tasks);
  }
}
