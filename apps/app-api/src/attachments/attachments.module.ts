import { Module } from '@nestjs/common';
import { AttachmentIntake } from './attachment-intake.js';
import { AttachmentLinks } from './attachment-links.js';
import { AttachmentPlaces } from './attachment-places.js';
import { AttachmentUploads } from './attachment-uploads.js';
import { AttachmentsController } from './attachments.controller.js';
import { Attachments } from './attachments.service.js';

/** Files of comments, over HTTP. */
@Module({
  controllers: [AttachmentsController],
  providers: [Attachments, AttachmentIntake, AttachmentLinks, AttachmentPlaces, AttachmentUploads],
})
export class AttachmentsModule {}
