import type { AppConfig } from '@helpdeskly/config';
import { AcceptedWork } from '@helpdeskly/service';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { LiveMetrics } from './live-metrics.js';
import { LiveTenants } from './live-tenants.js';
import { PresenceController } from './presence.controller.js';
import { NotificationEvents } from './notification-events.js';
import { PresenceEndings } from './presence-endings.js';
import { Presences } from './presence.service.js';
import { StreamController } from './stream.controller.js';
import { StreamHub } from './stream-hub.js';
import { StreamSettings } from './stream-settings.js';
import { StreamUpkeep } from './stream-upkeep.js';
import { Streams } from './streams.service.js';

/** Streams of what happens. */
@Module({})
export class LiveModule {
  constructor(@Inject(AcceptedWork) accepted: AcceptedWork, hub: StreamHub) {
    accepted.whenDraining(() => hub.close());
  }

  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: LiveModule,
      controllers: [StreamController, PresenceController],
      providers: [
        { provide: StreamSettings, useValue: new StreamSettings(config) },
        LiveMetrics,
        NotificationEvents,
        Presences,
        PresenceEndings,
        LiveTenants,
        StreamHub,
        StreamUpkeep,
        Streams,
      ],
    };
  }
}
