import { Module } from '@nestjs/common';
import { NamePages } from '../naming/name-pages.js';
import { MacroRunsController } from './macro-runs.controller.js';
import { MacroRuns } from './macro-runs.service.js';
import { MacrosController } from './macros.controller.js';
import { Macros } from './macros.service.js';

/** Canned replies with field changes. */
@Module({
  controllers: [MacrosController, MacroRunsController],
  providers: [Macros, MacroRuns, NamePages],
  exports: [MacroRuns],
})
export class MacrosModule {}
