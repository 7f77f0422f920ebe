import { Module, type DynamicModule } from '@nestjs/common';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import type { ControlPlane } from '../startup/control-plane.js';
import { KeysController } from './keys.controller.js';
import { Keys } from './keys.service.js';
import { ReEncryption } from './re-encryption.js';

const intervalMs = 15_000;
const reEncryptionWatch = Symbol('re-encryption watch');

/** What is known of keys: for the API. */
@Module({ controllers: [KeysController], providers: [Keys] })
export class KeysModule {}

/** Who seals anew. */
@Module({})
export class KeyWorkersModule {
  static of({ control, secrets, locks }: ControlPlane): DynamicModule {
    const reEncryption = new ReEncryption(control, secrets, locks);
    return {
      module: KeyWorkersModule,
      providers: [
        {
          provide: reEncryptionWatch,
          inject: [BackgroundMetrics],
          useFactory: (background: BackgroundMetrics) =>
            new BackgroundWatch(background, 're_encryption', () => reEncryption.run(), intervalMs),
        },
      ],
    };
  }
}
