import { Module } from '@nestjs/common';
import { PgAdminController } from './pgadmin.controller.js';

@Module({ controllers: [PgAdminController] })
export class PgAdminModule {}
