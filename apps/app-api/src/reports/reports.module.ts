import { Module } from '@nestjs/common';
import { ReportsController } from './reports.controller.js';
import { Reports } from './reports.service.js';

/** Figures of a helpdesk's tickets. */
@Module({ controllers: [ReportsController], providers: [Reports] })
export class ReportsModule {}
