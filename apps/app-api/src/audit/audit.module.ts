import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditTrail } from './audit-trail.js';
import { AuditEvents } from './audit.service.js';
import { FailedSignIns } from './failed-sign-ins.js';

/** Who did what to the helpdesk itself. */
@Global()
@Module({
  controllers: [AuditController],
  providers: [AuditEvents, AuditTrail, FailedSignIns],
  exports: [AuditTrail, FailedSignIns],
})
export class AuditModule {}
