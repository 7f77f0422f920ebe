import { Module } from '@nestjs/common';
import { TagsController } from './tags.controller.js';
import { Tags } from './tags.service.js';

/** The tags that tickets carry. */
@Module({ controllers: [TagsController], providers: [Tags] })
export class TagsModule {}
