import type { AppConfig } from '@helpdeskly/config';
import { type DynamicModule, Module } from '@nestjs/common';
import { FeedController } from './feed.controller.js';
import { FeedCursors } from './feed-cursors.js';
import { TicketFeed } from './feed.service.js';

/** Events of all tickets. */
@Module({})
export class FeedModule {
  static forRoot({ encryptionKeys }: AppConfig): DynamicModule {
    return {
      module: FeedModule,
      global: true,
      controllers: [FeedController],
      providers: [TicketFeed, { provide: FeedCursors, useValue: new FeedCursors(encryptionKeys) }],
      exports: [FeedCursors],
    };
  }
}
