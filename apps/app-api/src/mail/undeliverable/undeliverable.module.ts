import { Module } from '@nestjs/common';
import { UndeliverableController } from './undeliverable.controller.js';
import { UndeliverableAddresses } from './undeliverable.service.js';

/** Addresses to which no mail leaves, over HTTP. */
@Module({ controllers: [UndeliverableController], providers: [UndeliverableAddresses] })
export class UndeliverableModule {}
