import {
  type Actor,
  AnyRole,
  ApiAnswer,
  ApiPage,
  ApiProblems,
  CurrentActor,
  Idempotent,
  IfMatch,
  LocationOf,
  type Page,
  Roles,
} from '@helpdeskly/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForKeys } from '../edge/api-key-scopes.js';
import { UserDto } from '../user-core/user.dto.js';
import { NewUsers } from './new-users.service.js';
import { UserDirectory } from './user-directory.service.js';
import { UserMerges } from './user-merges.service.js';
import { ChangeUserDto, CreateUserDto, InvitationDto, MergeUserDto, UserListQuery } from './users.dto.js';
import { Users } from './users.service.js';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly users: Users,
    private readonly directory: UserDirectory,
    private readonly newUsers: NewUsers,
    private readonly merges: UserMerges,
  ) {}

  @Get()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('users:read')
  @ApiOperation({
    summary: 'List users',
    description: 'Only staff can list users. `q` finds names and addresses in spite of typing errors.',
  })
  @ApiPage(UserDto)
  list(@Query() query: UserListQuery): Promise<Page<UserDto>> {
    return this.directory.list(query);
  }

  @Get(':id')
  @AnyRole()
  @ForKeys('users:read')
  @ApiOperation({ summary: 'Read a user', description: 'Customers can read only themselves.' })
  @ApiAnswer(200, UserDto)
  read(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<UserDto> {
    return this.directory.read(actor, id);
  }

  @Post()
  @Roles('ADMIN', 'AGENT')
  @ForKeys('users:write')
  @Idempotent()
  @LocationOf((user: UserDto) => `/users/${user.id}`)
  @ApiOperation({
    summary: 'Create a user',
    description:
      'Agents can create customers only. A user without a password is INVITED until an invitation is accepted; where mail leaves, one is sent.',
  })
  @ApiAnswer(201, UserDto)
  @ApiProblems('email_taken', 'invalid_reference', 'login_busy')
  create(@CurrentActor() actor: Actor, @Body() input: CreateUserDto): Promise<UserDto> {
    return this.newUsers.create(actor, input);
  }

  @Post(':id/invitation')
  @Roles('ADMIN', 'AGENT')
  @ForKeys('users:write')
  @Idempotent()
  @ApiOperation({
    summary: 'Invite a user',
    description:
      'Answers a token that sets a password once, within 7 days; where mail leaves, a mail with the link is sent too. Earlier tokens stop working. Agents can invite customers only. For an ACTIVE user the token replaces a forgotten password: accepting it ends all sessions. A change of the email revokes the token.',
  })
  @ApiAnswer(201, InvitationDto)
  @ApiProblems('user_merged', 'invalid_transition')
  invite(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<InvitationDto> {
    return this.newUsers.invite(actor, id);
  }

  @Patch(':id')
  @AnyRole()
  @ForKeys('users:write')
  @ApiOperation({
    summary: 'Change a user',
    description:
      'Agents can change only the name, email and organization of customers, and say of themselves whether they are away. Everybody can change their own `locale` and `timeZone`. `DISABLED` ends all sessions and takes unresolved tickets from the user; `ACTIVE` enables the user again (`INVITED` if the user never had a password). A new role counts at once; a CUSTOMER keeps no assigned tickets. A new email revokes open invitations. The former email stays in `addresses`; to remove it, send `addresses` without it. `409 email_taken` says whose former address it is (`formerlyOfId`).',
  })
  @ApiAnswer(200, UserDto)
  @ApiProblems('forbidden', 'user_merged', 'email_taken', 'last_admin', 'invalid_transition', 'invalid_reference')
  change(
    @Param('id') id: string,
    @Body() input: ChangeUserDto,
    @CurrentActor() actor: Actor,
    @IfMatch() version?: number,
  ): Promise<UserDto> {
    return this.users.change(actor, id, input, version);
  }

  @Post(':id/merge')
  @Roles('ADMIN')
  @ForKeys('users:write')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Merge two accounts of one customer',
    description:
      'The target account gets the tickets, comments, files, participations and events of the source, and its addresses as former ones. It keeps its own name, email and password, and its organization if it has one. The source is signed out and DISABLED for good; `GET /users/{id}` answers it without a name, with `mergedIntoId`. Answers the target account, also if the two were merged before.',
  })
  @ApiAnswer(200, UserDto)
  @ApiProblems('user_merged', 'user_not_mergeable', 'invalid_reference')
  merge(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() { intoId }: MergeUserDto,
    @IfMatch() version?: number,
  ): Promise<UserDto> {
    return this.merges.merge(actor, id, intoId, version);
  }

  @Delete(':id')
  @Roles('ADMIN')
  @ForKeys('users:write')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Disable a user',
    description:
      'Ends all sessions of the user. Unresolved tickets lose the user as assignee; the user stays the author of tickets and comments.',
  })
  @ApiNoContentResponse()
  @ApiProblems('last_admin', 'user_merged')
  async disable(@Param('id') id: string, @CurrentActor() actor: Actor, @IfMatch() version?: number): Promise<void> {
    await this.users.change(actor, id, { status: 'DISABLED' }, version);
  }
}
