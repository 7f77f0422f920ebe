import { Module } from '@nestjs/common';
import { UsageReport } from './usage-report.js';

@Module({ providers: [UsageReport], exports: [UsageReport] })
export class UsageModule {}
