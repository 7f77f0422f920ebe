import {
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Idempotent,
  IfMatch,
  LocationOf,
  PageQuery,
  Roles,
  type Actor,
  type Page,
} from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { ListByNameDto } from '../naming/list-by-name.dto.js';
import { UserDto } from '../user-core/user.dto.js';
import { GroupMembers } from './group-members.service.js';
import { ChangeGroupDto, CreateGroupDto, GroupDto } from './groups.dto.js';
import { Groups } from './groups.service.js';

@ApiTags('groups')
@Controller('groups')
export class GroupsController {
  constructor(
    private readonly groups: Groups,
    private readonly members: GroupMembers,
  ) {}

  @Get()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('users:read')
  @ApiOperation({ summary: 'List groups', description: 'By name.' })
  @ApiPage(GroupDto)
  list(@Query() query: ListByNameDto): Promise<Page<GroupDto>> {
    return this.groups.list(query);
  }

  @Post()
  @Roles('ADMIN')
  @ForKeys('users:write')
  @Idempotent()
  @LocationOf((group: GroupDto) => `/groups/${group.id}`)
  @ApiOperation({ summary: 'Create a group', description: 'Names are unique, whatever their case.' })
  @ApiAnswer(201, GroupDto)
  @ApiProblems('name_taken')
  create(@Body() input: CreateGroupDto): Promise<GroupDto> {
    return this.groups.create(input);
  }

  @Get(':id')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('users:read')
  @ApiOperation({ summary: 'Read a group', description: 'Its members have a list of their own.' })
  @ApiAnswer(200, GroupDto)
  find(@Param('id') id: string): Promise<GroupDto> {
    return this.groups.find(id);
  }

  @Patch(':id')
  @Roles('ADMIN')
  @ForKeys('users:write')
  @ApiOperation({ summary: 'Rename a group', description: 'Tickets and members stay in the group.' })
  @ApiAnswer(200, GroupDto)
  @ApiProblems('name_taken')
  change(@Param('id') id: string, @Body() input: ChangeGroupDto, @IfMatch() version?: number): Promise<GroupDto> {
    return this.groups.change(id, input, version);
  }

  @Delete(':id')
  @Roles('ADMIN')
  @ForKeys('users:write')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a group',
    description: 'Its tickets then belong to no group. Each ticket gets an event with the name of the group.',
  })
  @ApiNoContentResponse()
  remove(@CurrentActor() actor: Actor, @Param('id') id: string, @IfMatch() version?: number): Promise<void> {
    return this.groups.remove(actor, id, version);
  }

  @Get(':id/members')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('users:read')
  @ApiOperation({ summary: 'List the members of a group', description: 'By name.' })
  @ApiPage(UserDto)
  listMembers(@Param('id') id: string, @Query() query: PageQuery): Promise<Page<UserDto>> {
    return this.members.list(id, query);
  }

  @Put(':id/members/:userId')
  @Roles('ADMIN')
  @ForKeys('users:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Add a member to a group', description: 'Repeating the call changes nothing.' })
  @ApiNoContentResponse()
  @ApiProblems('invalid_reference')
  add(@Param('id') id: string, @Param('userId') userId: string): Promise<void> {
    return this.members.add(id, userId);
  }

  @Delete(':id/members/:userId')
  @Roles('ADMIN')
  @ForKeys('users:write')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Remove a member from a group',
    description:
      'Unresolved tickets of the group that were assigned to this agent stay in the group without an assignee. Each gets an event.',
  })
  @ApiNoContentResponse()
  removeMember(@CurrentActor() actor: Actor, @Param('id') id: string, @Param('userId') userId: string): Promise<void> {
    return this.members.remove(actor, id, userId);
  }
}
