import {
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Idempotent,
  IfMatch,
  LocationOf,
  Roles,
  type Actor,
  type Page,
} from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { ListByNameDto } from '../naming/list-by-name.dto.js';
import { ChangeOrganizationDto, CreateOrganizationDto, OrganizationDto } from './organizations.dto.js';
import { Organizations } from './organizations.service.js';

@ApiTags('organizations')
@Controller('organizations')
export class OrganizationsController {
  constructor(private readonly organizations: Organizations) {}

  @Get()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('users:read')
  @ApiOperation({ summary: 'List organizations', description: 'By name.' })
  @ApiPage(OrganizationDto)
  list(@Query() query: ListByNameDto): Promise<Page<OrganizationDto>> {
    return this.organizations.list(query);
  }

  @Post()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('users:write')
  @Idempotent()
  @LocationOf((organization: OrganizationDto) => `/organizations/${organization.id}`)
  @ApiOperation({
    summary: 'Create an organization',
    description: 'Customers belong to it by `organizationId` of /users.',
  })
  @ApiAnswer(201, OrganizationDto)
  @ApiProblems('name_taken')
  create(@CurrentActor() actor: Actor, @Body() input: CreateOrganizationDto): Promise<OrganizationDto> {
    return this.organizations.create(actor, input);
  }

  @Get(':id')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('users:read')
  @ApiOperation({
    summary: 'Read an organization',
    description: 'Answers its name and whether its customers see each other’s tickets.',
  })
  @ApiAnswer(200, OrganizationDto)
  find(@Param('id') id: string): Promise<OrganizationDto> {
    return this.organizations.find(id);
  }

  @Patch(':id')
  @Roles('ADMIN')
  @ForKeys('users:write')
  @ApiOperation({
    summary: 'Change an organization',
    description:
      'While it is `shared`, its customers see each other’s tickets. The audit events say who turned sharing on or off.',
  })
  @ApiAnswer(200, OrganizationDto)
  @ApiProblems('name_taken')
  change(
    @Param('id') id: string,
    @Body() input: ChangeOrganizationDto,
    @CurrentActor() actor: Actor,
    @IfMatch() version?: number,
  ): Promise<OrganizationDto> {
    return this.organizations.change(actor, id, input, version);
  }

  @Delete(':id')
  @Roles('ADMIN')
  @ForKeys('users:write')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete an organization',
    description:
      'Its customers and tickets then belong to no organization. Each ticket gets an event with the name of the organization.',
  })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<void> {
    return this.organizations.remove(actor, id, version);
  }
}
