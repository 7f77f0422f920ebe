import { Module } from '@nestjs/common';
import { CommentsModule } from '../comments/comments.module.js';
import { NamePages } from '../naming/name-pages.js';
import { TicketsModule } from '../tickets/tickets.module.js';
import { MacroRunsController } from './macro-runs.controller.js';
import { MacroRuns } from './macro-runs.service.js';
import { MacrosController } from './macros.controller.js';
import { Macros } from './macros.service.js';

/** Canned replies with field changes. */
@Module({
  imports: [CommentsModule, TicketsModule],
  controllers: [MacrosController, MacroRunsController],
  providers: [Macros, MacroRuns, NamePages],
  exports: [Macros, MacroRuns],
})
export class MacrosModule {}
