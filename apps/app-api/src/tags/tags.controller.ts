import { ApiPage, CurrentActor, Roles, type Actor, type Page } from '@helpdeskly/http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { ListTagsDto, TagDto } from './tags.dto.js';
import { Tags } from './tags.service.js';

@ApiTags('tags')
@Controller('tags')
export class TagsController {
  constructor(private readonly tags: Tags) {}

  @Get()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('tickets:read')
  @ApiOperation({ summary: 'List the tags of tickets', description: 'In alphabetical order.' })
  @ApiPage(TagDto)
  list(@CurrentActor() actor: Actor, @Query() query: ListTagsDto): Promise<Page<TagDto>> {
    return this.tags.list(actor, query);
  }
}
