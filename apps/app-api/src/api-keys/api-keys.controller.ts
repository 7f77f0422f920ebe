import {
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Idempotent,
  LocationOf,
  NoKeys,
  Roles,
  type Actor,
  type Page,
} from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyDto, CreateApiKeyDto, CreatedApiKeyDto, ListApiKeysQuery } from './api-keys.dto.js';
import { ApiKeyList } from './api-key-list.service.js';
import { ApiKeyRevocation } from './api-key-revocation.service.js';
import { ApiKeys } from './api-keys.service.js';

@ApiTags('API keys')
@Controller('api-keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeys,
    private readonly known: ApiKeyList,
    private readonly revocation: ApiKeyRevocation,
  ) {}

  @Get()
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({
    summary: 'List API keys',
    description: 'Revoked keys are listed too. The secret part of a key is never shown.',
  })
  @ApiPage(ApiKeyDto)
  list(@Query() query: ListApiKeysQuery): Promise<Page<ApiKeyDto>> {
    return this.known.list(query);
  }

  @Post()
  @Roles('ADMIN')
  @NoKeys()
  @Idempotent()
  @LocationOf((key: CreatedApiKeyDto) => `/api-keys/${key.id}`)
  @ApiOperation({
    summary: 'Create an API key',
    description:
      'The key itself is shown only in this answer. Send it as `Authorization: Bearer hdt_…`. It acts as a service user, which is in no list, cannot sign in, and can be neither assigned a ticket nor a member of a group. No key reaches `/auth/*` or `/api-keys`, or gives anybody the role of an agent or admin.',
  })
  @ApiAnswer(201, CreatedApiKeyDto)
  @ApiProblems('limit_reached')
  create(@CurrentActor() actor: Actor, @Body() input: CreateApiKeyDto): Promise<CreatedApiKeyDto> {
    return this.keys.create(actor, input);
  }

  @Get(':id')
  @Roles('ADMIN')
  @NoKeys()
  @ApiOperation({ summary: 'Read an API key', description: 'The secret part of the key is never shown.' })
  @ApiAnswer(200, ApiKeyDto)
  find(@Param('id') id: string): Promise<ApiKeyDto> {
    return this.known.find(id);
  }

  @Delete(':id')
  @Roles('ADMIN')
  @NoKeys()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Revoke an API key',
    description: 'It stops working within a second, and its streams end. Revoking it again changes nothing.',
  })
  @ApiNoContentResponse()
  revoke(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<void> {
    return this.revocation.revoke(actor, id);
  }
}
