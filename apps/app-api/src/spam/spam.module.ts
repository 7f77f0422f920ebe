import { Module } from '@nestjs/common';
import { SpamController } from './spam.controller.js';
import { Spam } from './spam.service.js';

/** Tickets that nobody should have had to read. */
@Module({ controllers: [SpamController], providers: [Spam] })
export class SpamModule {}
