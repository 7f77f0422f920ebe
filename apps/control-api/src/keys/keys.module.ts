import { Module } from '@nestjs/common';
import { BackgroundMetrics } from '../queues/background-metrics.js';
import { BackgroundWatch } from '../queues/background-watch.js';
import { KeysController } from './keys.controller.js';
import { Keys } from './keys.service.js';
import { ReEncryption } from './re-encryption.js';
import { SigningKeyRotation } from './signing-key-rotation.js';

const reEncryptionMs = 15_000;
const reEncryptionWatch = Symbol('re-encryption watch');
const removalMs = 3_600_000;
const removalWatch = Symbol('removal watch');

/** The keys' part of the API. */
@Module({ controllers: [KeysController], providers: [Keys, SigningKeyRotation] })
export class KeysModule {}

/** Re-encrypts secrets, and deletes retired keys. */
@Module({
  providers: [
    ReEncryption,
    SigningKeyRotation,
    {
      provide: reEncryptionWatch,
      inject: [BackgroundMetrics, ReEncryption],
      useFactory: (background: BackgroundMetrics, reEncryption: ReEncryption) =>
        new BackgroundWatch(background, 're_encryption', () => reEncryption.run(), reEncryptionMs),
    },
    {
      provide: removalWatch,
      inject: [BackgroundMetrics, SigningKeyRotation],
      useFactory: (background: BackgroundMetrics, rotation: SigningKeyRotation) =>
        new BackgroundWatch(background, 'signing_keys', () => rotation.removeRetired(), removalMs),
    },
  ],
})
export class KeyWorkersModule {}
