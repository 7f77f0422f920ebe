import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ErasurePreview } from './erasure-preview.service.js';
import { Erasure } from './erasure.service.js';
import { PersonalDataController } from './personal-data.controller.js';
import { PersonLockout } from './person-lockout.js';
import { PersonalExport } from './personal-export.js';

/** What is held of a person: given out, or taken away. */
@Module({
  imports: [AuthModule],
  controllers: [PersonalDataController],
  providers: [Erasure, ErasurePreview, PersonLockout, PersonalExport],
})
export class PersonalDataModule {}
