import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditEvents } from './audit.service.js';

@Module({ controllers: [AuditController], providers: [AuditEvents], exports: [AuditEvents] })
export class AuditModule {}
