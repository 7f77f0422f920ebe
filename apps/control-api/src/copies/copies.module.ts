import { Global, Module } from '@nestjs/common';
import { ClonedTenants } from './cloned-tenants.js';
import { CopiedFiles } from './copied-files.js';
import { CopiedTenants } from './copied-tenants.js';
import { RestoredTenants } from './restored-tenants.js';

/** Makes databases and files of tenants from archives and of other tenants, for workers. */
@Global()
@Module({
  providers: [ClonedTenants, CopiedFiles, CopiedTenants, RestoredTenants],
  exports: [CopiedFiles, CopiedTenants, RestoredTenants],
})
export class CopiesModule {}
