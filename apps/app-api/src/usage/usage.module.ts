import { Module } from '@nestjs/common';
import { UsageController } from './usage.controller.js';
import { UsageReport } from './usage-report.js';

@Module({ controllers: [UsageController], providers: [UsageReport], exports: [UsageReport] })
export class UsageModule {}
