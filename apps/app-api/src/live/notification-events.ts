import { Injectable } from '@nestjs/common';
import { Hints } from '../hints/hints.js';
import { StreamHub } from './stream-hub.js';

/** Sends people their notifications while they listen. Whoever does not reads them in GET /notifications. */
@Injectable()
export class NotificationEvents {
  constructor(hints: Hints, hub: StreamHub) {
    hints.listen((hint) => {
      if (hint.kind !== 'notified') return;
      const { userId, ...data } = hint.notification;
      hub.of(hint.tenantId)?.tell('notification', data, (stream) => stream.userId === userId);
    });
  }
}
