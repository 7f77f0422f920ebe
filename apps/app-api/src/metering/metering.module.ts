import { Global, Module } from '@nestjs/common';
import { Metering } from './metering.js';
import { RequestMeter } from './request-meter.js';
import { UserCounts } from './user-counts.js';

/** What each tenant uses, counted by every process that serves or works for it. */
@Global()
@Module({ providers: [Metering, RequestMeter, UserCounts], exports: [Metering, RequestMeter] })
export class MeteringModule {}
