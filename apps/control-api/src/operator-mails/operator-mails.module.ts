import { Module } from '@nestjs/common';
import { OperatorMailsController } from './operator-mails.controller.js';
import { OperatorMails } from './operator-mails.service.js';

/** What was written to postmaster and abuse. */
@Module({ controllers: [OperatorMailsController], providers: [OperatorMails] })
export class OperatorMailsModule {}
