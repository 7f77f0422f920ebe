import { Module } from '@nestjs/common';
import { AttachmentUploads } from './attachment-uploads.js';
import { AttachmentsController } from './attachments.controller.js';
import { Attachments } from './attachments.service.js';

/** Files of comments, over HTTP. */
@Module({ controllers: [AttachmentsController], providers: [Attachments, AttachmentUploads] })
export class AttachmentsModule {}
