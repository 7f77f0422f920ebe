import { ApiAnswer, ApiPage, Idempotent, LocationOf, Roles, type Page } from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Origin } from '../audit/audit-trail.js';
import { RequestOrigin } from '../audit/origin.js';
import { ApiKeyDto, CreatedApiKeyDto } from './api-key.dto.js';
import { CreateApiKeyDto, ListApiKeysQuery } from './api-keys.dto.js';
import { ApiKeys } from './api-keys.service.js';

@ApiTags('API keys')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Post()
  @Roles('OWNER')
  @Idempotent()
  @LocationOf((key: CreatedApiKeyDto) => `/api-keys/${key.id}`)
  @ApiOperation({ summary: 'Create an API key', description: 'The key itself is shown only in this answer.' })
  @ApiAnswer(201, CreatedApiKeyDto)
  create(@RequestOrigin() origin: Origin, @Body() input: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    return this.keys.create(origin, input);
  }

  @Get()
  @Roles('OWNER')
  @ApiOperation({
    summary: 'List API keys',
    description: 'Revoked keys are listed too. The secret part of a key is never shown.',
  })
  @ApiPage(ApiKeyDto)
  list(@Query() query: ListApiKeysQuery): Promise<Page<ApiKeyDto>> {
    return this.keys.list(query);
  }

  @Get(':id')
  @Roles('OWNER')
  @ApiOperation({ summary: 'Read an API key', description: 'The secret part of the key is never shown.' })
  @ApiAnswer(200, ApiKeyDto)
  find(@Param('id') id: string): Promise<ApiKeyDto> {
    return this.keys.find(id);
  }

  @Delete(':id')
  @Roles('OWNER')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Revoke an API key',
    description: 'It stops working at once. Revoking it again changes nothing.',
  })
  @ApiNoContentResponse()
  revoke(@RequestOrigin() origin: Origin, @Param('id') id: string): Promise<void> {
    return this.keys.revoke(origin, id);
  }
}
