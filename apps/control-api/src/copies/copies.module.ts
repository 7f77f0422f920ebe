import { Global, Module } from '@nestjs/common';
import { CopiedFiles } from './copied-files.js';
import { CopiedTenants } from './copied-tenants.js';
import { RestoredTenants } from './restored-tenants.js';

/** Makes databases and files of tenants from archives, for workers. */
@Global()
@Module({
  providers: [CopiedFiles, CopiedTenants, RestoredTenants],
  exports: [CopiedFiles, CopiedTenants, RestoredTenants],
})
export class CopiesModule {}
