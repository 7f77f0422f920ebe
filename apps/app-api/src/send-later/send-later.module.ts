import type { AppConfig } from '@helpdeskly/config';
import { Module, type DynamicModule } from '@nestjs/common';
import { timerProvider, timerWorkerProvider } from '../edge/tenant-timers.js';
import { DueComments } from './due-comments.js';
import { HeldReplies } from './held-replies.service.js';
import { SendSettings } from './send-settings.js';
import { SendSurvey } from './send-survey.js';
import { SendTimer } from './send-timer.js';
import { SendVisits } from './send-visits.js';

const backoffMs = 2000;

/** Comments that are sent later: for processes that hold them, and for those that take the jobs. */
@Module({})
export class SendLaterModule {
  static forRoot(config: AppConfig, { workers }: { readonly workers: boolean }): DynamicModule {
    const settings = new SendSettings(config);
    const { place } = settings;
    return {
      module: SendLaterModule,
      global: true,
      providers: [
        timerProvider(SendTimer, { name: 'comment-send', job: 'send', place, backoffMs }),
        HeldReplies,
        ...(workers
          ? [DueComments, SendVisits, SendSurvey, timerWorkerProvider(SendTimer, [SendVisits, SendSurvey], settings)]
          : []),
      ],
      exports: [HeldReplies],
    };
  }
}
