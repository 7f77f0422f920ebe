import { Module } from '@nestjs/common';
import { Letterhead } from '../outbound/letterhead.js';
import { TemplatePreviews } from './template-previews.service.js';
import { TemplateSettingsController } from './template-settings.controller.js';
import { TemplateSettings } from './template-settings.service.js';

/** What mails say, over HTTP. */
@Module({ controllers: [TemplateSettingsController], providers: [Letterhead, TemplatePreviews, TemplateSettings] })
export class TemplateSettingsModule {}
