import { Module } from '@nestjs/common';
import { DraftsController } from './drafts.controller.js';
import { Drafts } from './drafts.service.js';

/** What people are writing to tickets. */
@Module({ controllers: [DraftsController], providers: [Drafts] })
export class DraftsModule {}
